package import Addresses
package import FleetContract
package import MQTTClient

/// The broker that is tried, and as whom.
package struct BrokerTarget {
  package var host: String
  package var port: UInt16
  /// `nil` for a broker that asks nobody who they are.
  package var security: MQTTSecurity?
  /// `nil` before the gateway has a key.
  package var gateway: GatewayID?
  /// The group whose policy the gateway reads.
  package var group: TopicName?

  package init(
    host: String, port: UInt16, security: MQTTSecurity?, gateway: GatewayID?, group: TopicName?
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.gateway = gateway
    self.group = group
  }
}
