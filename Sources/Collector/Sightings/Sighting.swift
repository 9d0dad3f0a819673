package import Addresses
package import Posture

/// What somebody outside saw of one port of one address, at one second.
package struct Sighting: Hashable, Sendable {
  package enum State: String, Hashable, Sendable, CaseIterable {
    /// Something answered there.
    case open
    /// The address answered that nothing listens there.
    case closed
    /// Nothing came back.
    case silent
  }

  package var address: IPAddress
  package var port: Port
  package var state: State
  /// What it answered with; `nil` where nobody asked.
  package var `protocol`: ServiceProtocol?
  package var tls: Bool
  /// To the second, by the clock of whoever looked.
  package var time: WallTime
  /// Who looked: a scanner of our own, or a feed.
  package var source: String

  /// Characters of a source's name.
  package static let sourceLimit = 64

  package init(
    address: IPAddress, port: Port, state: State, protocol: ServiceProtocol? = nil, tls: Bool = false,
    time: WallTime, source: String
  ) {
    self.address = address
    self.port = port
    self.state = state
    self.protocol = `protocol`
    self.tls = tls
    self.time = time.wholeSeconds
    self.source = source
  }
}
