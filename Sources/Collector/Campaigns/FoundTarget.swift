package import Addresses
package import Posture

/// What the scanner learned of one target.
package struct FoundTarget: Hashable, Sendable {
  /// The scanner's own words.
  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case open, closed, filtered, unreachable, tarpit

    /// Whether a later answer of the same scan can say no more.
    package var isSettled: Bool { self == .open || self == .closed || self == .tarpit }
  }

  package var address: IPAddress
  package var port: Port
  package var state: State
  package var time: WallTime
  /// What it speaks, where the answer to a question of UDP has shown that.
  package var `protocol`: ServiceProtocol?

  package init(
    address: IPAddress, port: Port, state: State, time: WallTime, protocol: ServiceProtocol? = nil
  ) {
    self.address = address
    self.port = port
    self.state = state
    self.time = time
    self.protocol = `protocol`
  }

  /// The bucket of its address, below `count`: the same for all of its ports.
  package static func bucket(of address: IPAddress, among count: Int) -> Int {
    // FNV-1a: the same on every machine, which Swift's own hashes are not.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for octet in address.octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(count))
  }
}
