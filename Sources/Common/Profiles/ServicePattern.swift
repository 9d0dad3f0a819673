package import Addresses
package import Posture

/// What one service of a device must look like.
package struct ServicePattern: Hashable, Sendable {
  /// The protocols it may speak; empty for any.
  package var protocols: [ServiceProtocol]
  /// The ports it may be on; empty for any.
  package var ports: [Port]
  package var tls: Bool?
  /// What it must have said, all of it.
  package var facts: [ServiceFact: TextMatch]

  package init(
    protocols: [ServiceProtocol] = [], ports: [Port] = [], tls: Bool? = nil,
    facts: [ServiceFact: TextMatch] = [:]
  ) {
    self.protocols = protocols
    self.ports = ports
    self.tls = tls
    self.facts = facts
  }

  package func matches(_ service: Service) -> Bool {
    (protocols.isEmpty || protocols.contains(service.protocol))
      && (ports.isEmpty || ports.contains(service.port))
      && (tls == nil || tls == service.tls)
      && facts.allSatisfy { fact, match in service.said(fact).map(match.matches) ?? false }
  }
}

extension Service {
  /// What the service said of itself; product and version stand in where the fact is absent.
  package func said(_ fact: ServiceFact) -> String? {
    switch fact {
    case .product: facts[.product] ?? product
    case .revision: facts[.revision] ?? version
    default: facts[fact]
    }
  }
}
