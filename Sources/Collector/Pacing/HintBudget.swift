package import Addresses

/// Bounds how many questions of strangers are answered: in all, and of one address.
///
/// Many households may share an address of their provider's, so one address gets more than one gateway needs.
package struct HintBudget {
  /// Answers a second.
  package static let most = 50_000
  /// Answers a second to one address, or to one /64 of IPv6.
  package static let mostOfOne = 40
  /// Lets an address in again, and begins to count anew.
  private static let period: Duration = .seconds(1)

  private var began: Duration = .zero
  private var answered = 0
  /// At most ``most`` entries: who is not answered is not entered.
  private var counts: [IPAddress: Int] = [:]

  package init() {}

  /// Whether to answer `address` at `now`, a time of a clock that nobody sets.
  package mutating func take(_ address: IPAddress, now: Duration) -> Bool {
    if now - began >= Self.period || now < began {
      began = now
      answered = 0
      counts.removeAll(keepingCapacity: true)
    }
    let source = Self.source(address)
    guard answered < Self.most, counts[source, default: 0] < Self.mostOfOne else { return false }
    answered += 1
    counts[source, default: 0] += 1
    return true
  }

  private static func source(_ address: IPAddress) -> IPAddress {
    guard case .v6(let own) = address else { return address }
    let network = Array(own.octets.prefix(8)) + [UInt8](repeating: 0, count: 8)
    return IPv6Address(octets: network).map { .v6($0) } ?? address
  }
}
