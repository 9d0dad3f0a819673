package import Campaigns
package import Posture

/// A campaign as it is stored.
package struct CampaignRecord: Hashable, Sendable {
  package var name: String
  package var state: CampaignState
  /// Why it is in that state, where somebody or something said so.
  package var reason: String?
  package var spec: CampaignSpec
  package var planned: WallTime
  package var started: WallTime?
  package var ended: WallTime?
}

/// A part of a campaign that a worker has for a while.
package struct PartLease: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case scan, look
  }

  package var campaign: String
  package var kind: Kind
  package var number: Int
  /// Which lease of this part it is: once another was given, this one counts no more.
  package var lease: Int64
  /// Where the one before came to; packed.
  package var checkpoint: [UInt8]?
  /// How long it has been worked on, in milliseconds.
  package var worked: Int64
  /// Whether somebody had it who neither finished it nor gave it back.
  package var isTakenOver: Bool
}

/// What a worker has to say of its shard.
package struct ShardNews: Sendable {
  package var found: [FoundTarget] = []
  package var place: ScannerLine.Place?
  package var steps: UInt64 = 0
  /// In milliseconds, of this and all workers before.
  package var worked: Int64 = 0

  package init() {}
}

/// What a campaign has come to, counted.
package struct CampaignTallies: Hashable, Sendable {
  /// By the scanner's word.
  package var states: [String: Int] = [:]
  /// Of the open ones: gateways, sightings of a gateway, and why others are nobody's.
  package var gateways = 0
  package var attributed = 0
  package var unattributed: [String: Int] = [:]
  /// Of the open ones that were asked, and that are to be: datagrams have said already what they are.
  package var looked = 0
  package var toLook = 0
  /// How many answer by UDP, by port.
  package var answering: [UInt16: Int] = [:]
  package var protocols: [String: Int] = [:]
  package var kinds: [String: Int] = [:]
  package var sectors: [String: Int] = [:]

  package init() {}
}

/// One open port that a campaign found.
package struct CampaignService: Hashable, Sendable {
  package var target: FoundTarget
  /// Whose it is, or why nobody can say.
  package var gateway: String?
  package var reason: String?
  package var `protocol`: ServiceProtocol?
  package var look: ServiceLook?
}
