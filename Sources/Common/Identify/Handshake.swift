package import Addresses

/// One question to a TCP service, and how its answer is read.
///
/// A handshake asks only what the protocol answers before any authentication, and changes nothing. Where the owner of
/// the LAN agreed, ``guest`` may lead on to what is given to everybody.
package struct Handshake: Sendable {
  /// The name it is registered under: mostly that of its protocol.
  package let name: String
  /// The ports where it is tried before the general ones.
  package let ports: [UInt16]
  /// The bytes to send to a service at `host`, which is written as in a URL.
  package let request: @Sendable (_ host: String) -> [UInt8]
  /// Reads all bytes received since the request.
  ///
  /// `ended` tells that no more will come; then `.more` counts as `.no`.
  package let read: @Sendable (_ bytes: [UInt8], _ ended: Bool) -> Reading
  /// The question to ask next on the same connection, once `bytes` were read as an identification.
  ///
  /// What the later answer says is added; if it says nothing, the earlier identification stands. An
  /// earlier one of ``ServiceProtocol/unknown`` only opens the way for the next question.
  package let next: (@Sendable (_ bytes: [UInt8]) -> Handshake?)?
  /// The question that takes the place of a missing ``next`` where a guest may try to come in.
  package let guest: (@Sendable (_ bytes: [UInt8]) -> Handshake?)?
  /// As which question after the first of its connection it is asked at the latest.
  package let followUpLimit: Int
  /// How long its answer may take.
  package let wait: Duration

  package init(
    _ name: String, ports: [UInt16] = [], followUpLimit: Int = Conversation.followUpLimit,
    wait: Duration = Conversation.answerWait,
    next: (@Sendable (_ bytes: [UInt8]) -> Handshake?)? = nil,
    guest: (@Sendable (_ bytes: [UInt8]) -> Handshake?)? = nil,
    request: @escaping @Sendable (_ host: String) -> [UInt8],
    read: @escaping @Sendable (_ bytes: [UInt8], _ ended: Bool) -> Reading
  ) {
    self.name = name
    self.ports = ports
    self.followUpLimit = followUpLimit
    self.wait = wait
    self.next = next
    self.guest = guest
    self.request = request
    self.read = { read($0, $1).cleaned }
  }
}

/// One question to a UDP service, and how its answer is read.
package struct DatagramProbe: Sendable {
  package let name: String
  package let port: UInt16
  /// The local port that conforming devices send their answer to, whatever port asked; `nil` when
  /// they answer the port that asked.
  package let answerPort: UInt16?
  /// The multicast groups that devices listen to, some of them there alone.
  package let groups: [IPAddress]
  /// Whether the protocol knows addresses of version 4 alone.
  package let isVersion4Only: Bool
  /// The datagram to send; `local` is the address and port that the answer comes back to.
  package let request: @Sendable (_ local: (address: IPAddress, port: UInt16)) -> [UInt8]
  /// Reads one datagram that came back.
  package let read: @Sendable (_ bytes: [UInt8]) -> Reading
  /// The probe to send after `bytes` were read as an identification, whose answer adds to it.
  package let next: (@Sendable (_ bytes: [UInt8]) -> DatagramProbe?)?

  package init(
    _ name: String, port: UInt16, answerPort: UInt16? = nil, groups: [IPAddress] = [],
    isVersion4Only: Bool = false,
    next: (@Sendable (_ bytes: [UInt8]) -> DatagramProbe?)? = nil,
    request: @escaping @Sendable (_ local: (address: IPAddress, port: UInt16)) -> [UInt8],
    read: @escaping @Sendable (_ bytes: [UInt8]) -> Reading
  ) {
    self.name = name
    self.port = port
    self.answerPort = answerPort
    self.groups = groups
    self.isVersion4Only = isVersion4Only
    self.next = next
    self.request = request
    self.read = { read($0).cleaned }
  }
}
