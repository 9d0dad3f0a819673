package import Addresses

/// Decides when a LAN is scanned because somebody unknown was heard on it.
package struct Strangers: Sendable {
  /// A device that comes up takes a while until its services answer.
  package static let wait: Duration = .seconds(20)
  /// A LAN is scanned for strangers no more often than this: who makes up devices must not have us scan all day.
  package static let pause: Duration = .seconds(3600)
  /// How many are remembered, each of which is a reason once: not all that speaks has an address.
  package static let limit = 1024

  private var known: Set<MACAddress> = []
  private var last: [String: Duration] = [:]

  package init() {}

  /// When to scan the LAN for a stranger; `nil` where it is no reason.
  package mutating func scanTime(for mac: MACAddress, on interface: String, now: Duration) -> Duration? {
    guard known.count < Self.limit, known.insert(mac).inserted else { return nil }
    if let planned = last[interface], planned > now { return planned }
    let time = max(now + Self.wait, last[interface].map { $0 + Self.pause } ?? now)
    last[interface] = time
    return time
  }
}
