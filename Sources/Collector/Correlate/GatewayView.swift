package import Addresses
package import FleetContract
package import Posture

/// All that is known of what the Internet reaches at one gateway, from both sides.
package struct GatewayView: Sendable {
  package var gateway: GatewayID
  /// When the gateway last said which of its ports can be reached; `nil` where it never did.
  package var insideLooked: WallTime?
  /// Ports the gateway spoke of; `unknown` where it was not sure.
  package var inside: [Port: Look]
  /// Ports somebody looked at from outside.
  package var outside: [Port: Look]
  package var protocols: [Port: ServiceProtocol]

  package init(
    gateway: GatewayID, insideLooked: WallTime? = nil, inside: [Port: Look] = [:],
    outside: [Port: Look] = [:], protocols: [Port: ServiceProtocol] = [:]
  ) {
    self.gateway = gateway
    self.insideLooked = insideLooked
    self.inside = inside
    self.outside = outside
    self.protocols = protocols
  }

  /// Every port that either side has spoken of, in order.
  ///
  /// The gateway looks at all of its ports at once, so what it does not name it did not see; who looks from outside
  /// asks ports one by one, so what was not asked is unknown.
  package var services: [JoinedService] {
    Set(inside.keys).union(outside.keys).sorted().map { port in
      let unnamed =
        insideLooked.map { Look(.notSeen, since: $0, looked: $0) } ?? .never
      return JoinedService(
        gateway: gateway, service: port, protocol: protocols[port], inside: inside[port] ?? unnamed,
        outside: outside[port] ?? .never)
    }
  }
}
