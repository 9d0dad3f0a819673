package import Addresses
package import Posture

/// What a service turned out to be.
package struct Identification: Hashable, Sendable {
  package var `protocol`: ServiceProtocol
  package var tls: Bool
  package var product: String?
  package var version: String?
  package var facts: [ServiceFact: String]
  /// What the service says of other ports of its device.
  package var announced: [Announcement]

  package init(
    _ protocol: ServiceProtocol, tls: Bool = false, product: String? = nil, version: String? = nil,
    facts: [ServiceFact: String] = [:], announced: [Announcement] = []
  ) {
    self.protocol = `protocol`
    self.tls = tls
    self.product = product
    self.version = version
    self.facts = facts
    self.announced = announced
  }
}

/// A device's own word on one of its ports, as DNS-SD gives it.
package struct Announcement: Hashable, Sendable {
  package var port: Port
  package var `protocol`: ServiceProtocol
  package var facts: [ServiceFact: String]

  package init(port: Port, protocol: ServiceProtocol, facts: [ServiceFact: String] = [:]) {
    self.port = port
    self.protocol = `protocol`
    self.facts = facts
  }
}

/// What a handshake makes of the bytes it has so far.
package enum Reading: Hashable, Sendable {
  /// Not enough to decide; asked again with more bytes, or once more at the end.
  case more
  /// Some other protocol.
  case no
  case identified(Identification)
}
