package import Posture
package import Settings

/// What was settled when a campaign was planned: the same for all of its parts, whoever scans them and when.
///
/// Which addresses there are and in which order they come depends on the authorised blocks, on who had opted out, and on
/// the key. All three are kept, since parts of different wholes would overlap and leave gaps. Who opts out later is left
/// alone by the scanner.
package struct CampaignSpec: Hashable, Sendable, Codable {
  /// The plan as `wide-scan` reads it.
  package var plan: String
  /// Absolute paths, which every machine that takes part has to have.
  package var authorisation: String
  package var keys: String
  package var optOuts: String?
  package var interface: String
  package var ports: [UInt16]
  /// What is asked by UDP, `snmp` or `snmp:1161`; absent where nothing is.
  package var questions: [String]?
  /// The list of single addresses, where these are scanned and no whole blocks.
  package var list: ListedAddresses?
  /// The blocks that are scanned, or that hold the listed addresses, all of them authorised.
  package var blocks: [String]
  package var plannedOptOuts: [String]
  /// 24 octets in hexadecimal.
  package var key: String
  package var addresses: UInt64
  package var targets: UInt64
  /// How often who does not answer is tried at least.
  package var tries: Int
  package var shards: Int
  /// How many shards are scanned at once at most; each scanner has its part of every limit of the plan.
  package var workers: Int
  /// How long a shard is a worker's that says nothing, in seconds.
  package var lease: Int
  /// Whether open ports are asked what they are.
  package var looksAgain: Bool
  /// `22:00-06:00`.
  package var blackouts: [String]
  package var notBefore: Int64?
  package var notAfter: Int64?

  package init(
    plan: String, authorisation: String, keys: String, optOuts: String?, interface: String, ports: [UInt16],
    questions: [String]? = nil, list: ListedAddresses? = nil, blocks: [String], plannedOptOuts: [String],
    key: String, addresses: UInt64, targets: UInt64, tries: Int,
    shards: Int, workers: Int, lease: Int, looksAgain: Bool, schedule: CampaignSchedule
  ) {
    self.plan = plan
    self.authorisation = authorisation
    self.keys = keys
    self.optOuts = optOuts
    self.interface = interface
    self.ports = ports
    self.questions = questions
    self.list = list
    self.blocks = blocks
    self.plannedOptOuts = plannedOptOuts
    self.key = key
    self.addresses = addresses
    self.targets = targets
    self.tries = tries
    self.shards = shards
    self.workers = workers
    self.lease = lease
    self.looksAgain = looksAgain
    blackouts = schedule.blackouts.map(\.description)
    notBefore = schedule.notBefore?.milliseconds
    notAfter = schedule.notAfter?.milliseconds
  }

  package var schedule: CampaignSchedule {
    CampaignSchedule(
      notBefore: notBefore.map { WallTime(milliseconds: $0) },
      notAfter: notAfter.map { WallTime(milliseconds: $0) },
      blackouts: blackouts.compactMap { TimeOfDayRange($0) })
  }

  /// The buckets that addresses are put into for a second look: one address is in one of them alone.
  package static let buckets = 16
  /// The shards that one campaign may have.
  package static let mostShards = 4096
  /// The workers that may scan at once.
  package static let mostWorkers = 64
  /// The seconds that a lease may have.
  package static let leases = 2...600
}

/// A list of addresses as it was when a campaign was planned.
package struct ListedAddresses: Hashable, Sendable, Codable {
  /// An absolute path.
  package var path: String
  /// The SHA-256 of the addresses in it, in hexadecimal: another list would be another campaign.
  package var digest: String

  package init(path: String, digest: String) {
    self.path = path
    self.digest = digest
  }
}

/// What the scanner is told about its shard: one line of JSON on its standard input.
package struct ScanOrder: Hashable, Sendable, Codable {
  package var spec: CampaignSpec
  /// `1/64`.
  package var shard: String
  /// Where it was before, packed as ``ZeroRuns`` and in base64; absent for one that nobody has begun.
  package var checkpoint: String?

  package init(spec: CampaignSpec, shard: String, checkpoint: String?) {
    self.spec = spec
    self.shard = shard
    self.checkpoint = checkpoint
  }
}

/// What is told to the process that asks open ports what they are.
package struct LookOrder: Hashable, Sendable, Codable {
  package struct Target: Hashable, Sendable, Codable {
    package var address: String
    package var port: UInt16

    package init(address: String, port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  package var spec: CampaignSpec
  package var targets: [Target]
  /// Where firmware profiles are; the installed ones for `nil`.
  package var profiles: String?

  package init(spec: CampaignSpec, targets: [Target], profiles: String?) {
    self.spec = spec
    self.targets = targets
    self.profiles = profiles
  }
}
