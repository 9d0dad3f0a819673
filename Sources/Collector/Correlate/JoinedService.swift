package import Addresses
package import FleetContract
package import Posture

/// Whether inside and outside say the same of a port.
package enum Agreement: String, Hashable, Sendable, Codable, CaseIterable {
  case both
  case insideOnly = "inside_only"
  case outsideOnly = "outside_only"
  case neither
  /// One side has not looked, or could not tell, so there is nothing to agree on.
  case unconfirmed

  package init(inside: Look.State, outside: Look.State) {
    self =
      switch (inside, outside) {
      case (.seen, .seen): .both
      case (.seen, .notSeen): .insideOnly
      case (.notSeen, .seen): .outsideOnly
      case (.notSeen, .notSeen): .neither
      case (.unknown, _), (_, .unknown): .unconfirmed
      }
  }
}

/// One port of one gateway that can be, or could be, reached from the Internet, as both sides see it.
package struct JoinedService: Hashable, Sendable {
  package var gateway: GatewayID
  package var service: Port
  /// What the outside heard last.
  package var `protocol`: ServiceProtocol?
  package var inside: Look
  package var outside: Look

  package init(
    gateway: GatewayID, service: Port, protocol: ServiceProtocol? = nil, inside: Look, outside: Look
  ) {
    self.gateway = gateway
    self.service = service
    self.protocol = `protocol`
    self.inside = inside
    self.outside = outside
  }

  package var agreement: Agreement { Agreement(inside: inside.state, outside: outside.state) }

  /// Since when both say what they say now; `nil` where one of them does not know.
  package var since: WallTime? {
    guard let inside = inside.since, let outside = outside.since else { return nil }
    return max(inside, outside)
  }
}

extension JoinedService: Encodable {
  private enum CodingKeys: String, CodingKey {
    case gateway, service, `protocol`, inside, outside, agreement, since
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gateway, forKey: .gateway)
    try container.encode(service, forKey: .service)
    try container.encodeIfPresent(`protocol`, forKey: .protocol)
    try container.encode(inside, forKey: .inside)
    try container.encode(outside, forKey: .outside)
    try container.encode(agreement, forKey: .agreement)
    try container.encodeIfPresent(since, forKey: .since)
  }
}
