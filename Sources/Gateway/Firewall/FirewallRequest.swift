package import Addresses
import FoundationEssentials
package import Posture

/// What the helper can be asked: a closed list, each one line of JSON.
package enum FirewallRequest: Hashable, Sendable, Codable {
  case close(CloseOrder)
  /// `operators` are the keys of those who signed it; absent where somebody at the gateway asks.
  case confirm(plan: String, operators: [String]?)
  /// Names closings or plans.
  case undo(ids: [String], operators: [String]?)
  /// Opens what was just closed, because some of what was tried was lost.
  case rollBack(ids: [String], checks: [ClosingCheck], operators: [String]?)
  /// Notes that what was tried after closing is reached.
  case verified(ids: [String], checks: [ClosingCheck])
  case undoAll
  case closings
  /// What happened to closings, also to those that are open again.
  case history
  /// All tables, whosoever they are, as `nft -j list ruleset` prints them.
  case ruleset
  /// Begins to learn which ports are used, if that was not begun, and tells what was learnt.
  case use(Sides)
  /// Forgets what was learnt, and learns no more until it is asked for ``use(_:)`` again.
  case forgetUse
  case loadIndicators(IndicatorChunk)
  /// Makes the list that was loaded last come back after a restart.
  case keepIndicators
  case clearIndicators
  case indicatorHits
  /// Holds devices of a LAN back for some seconds.
  case hold(LANHold)
}

extension FirewallRequest {
  /// Reads the line of a request; `nil` for any other.
  ///
  /// What it holds is not judged by that: each is checked before any of it becomes text for `nft`.
  package init?(line: some Collection<UInt8>) {
    guard let request = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
    self = request
  }
}

/// A part of a list of addresses to which nothing may go.
package struct IndicatorChunk: Hashable, Sendable, Codable {
  /// What the gateway itself opens to its broker, its DNS and its time, whatever a list says.
  package struct OwnFlow: Hashable, Sendable, Codable {
    package var address: IPAddress
    package var port: Port

    package init(address: IPAddress, port: Port) {
      self.address = address
      self.port = port
    }
  }

  /// Addresses in one chunk.
  package static let limit = 4096

  /// Whether what was loaded before goes.
  package var begins: Bool
  package var addresses: [IPAddress]
  package var own: [OwnFlow]
  package var sides: Sides
  /// Whether it is written down, for ``FirewallRequest/keepIndicators``.
  package var mayBeKept: Bool?

  package init(
    begins: Bool, addresses: [IPAddress], own: [OwnFlow], sides: Sides, mayBeKept: Bool? = nil
  ) {
    self.mayBeKept = mayBeKept
    self.begins = begins
    self.addresses = addresses
    self.own = own
    self.sides = sides
  }
}

/// What the helper answers: one line of JSON, after ``document`` so many bytes more.
package enum FirewallAnswer: Hashable, Sendable, Codable {
  /// What the request changed, or what there is; and whether others keep removing our table.
  case closings([Closing], contested: Bool)
  case history([ClosingChange])
  case done
  /// How many addresses of a list were taken; the others are the gateway's own, or no addresses of the Internet.
  case loaded(Int)
  case hits([IndicatorHit])
  case document(bytes: Int)
  case fault(FirewallError)
}
