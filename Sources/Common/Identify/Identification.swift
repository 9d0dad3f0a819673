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

extension Identification {
  /// How many announcements of one answer are kept.
  package static let announcementLimit = 64

  /// What is known after a further answer of the same service.
  package func extended(by later: Self) -> Self {
    var both = self
    if later.protocol != .unknown { both.protocol = later.protocol }
    both.tls = tls || later.tls
    both.product = later.product ?? product
    both.version = later.version ?? version
    both.facts.merge(later.facts) { $1 }
    // Each answer of DNS-SD holds the types that its question was about.
    if both.protocol == .mdns, let types = facts[.type], let more = later.facts[.type] {
      let known = types.split(separator: " ")
      both.facts[.type] = (known + more.split(separator: " ").filter { !known.contains($0) }).joined(
        separator: " ")
    }
    let ports = Set(announced.map(\.port))
    both.announced += later.announced.filter { !ports.contains($0.port) }
    return both.cleaned
  }

  /// The same with every text fit to be stored and shown.
  var cleaned: Self {
    var clean = self
    clean.product = product.flatMap(Text.shown)
    clean.version = version.flatMap(Text.shown)
    clean.facts = facts.compactMapValues(Text.shown)
    clean.announced = announced.prefix(Self.announcementLimit).map {
      Announcement(port: $0.port, protocol: $0.protocol, facts: $0.facts.compactMapValues(Text.shown))
    }
    return clean
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

extension Reading {
  /// The same with every text fit to be stored and shown.
  var cleaned: Self {
    if case .identified(let found) = self { .identified(found.cleaned) } else { self }
  }
}
