package import Enrolling
package import FleetContract
import LinuxIO
package import MQTTClient

/// The broker that is reported to, and how the gateway shows itself there.
package struct Destination: Hashable, Sendable {
  package var host: String
  package var port: UInt16
  /// The group whose policy the gateway reads.
  package var group: TopicName?
  /// The files of mutual TLS; `nil` for a broker that asks nobody who they are.
  package var security: MQTTSecurity?

  package init(_ broker: AgentConfiguration.Broker) {
    host = broker.host
    port = broker.port
  }

  /// The broker the collector named at enrolment; writes the files that the connection needs, where they differ.
  package init(_ membership: Membership, paths: Paths) throws(AgentError) {
    let broker = membership.answer.broker
    host = broker.host
    port = broker.port
    group = membership.group
    security = MQTTSecurity(
      authorities: paths.authorities, certificate: paths.certificate, key: paths.key,
      serverName: broker.name)
    try Self.keep(membership.answer.authorities, at: paths.authorities)
    try Self.keep(membership.answer.certificate, at: paths.certificate)
  }

  private static func keep(_ text: String, at path: String) throws(AgentError) {
    let bytes = Array(text.utf8)
    if (try? Files.read(path, limit: bytes.count)) == bytes { return }
    do throws(SystemError) { try Files.replace(path, with: bytes, mode: 0o600) } catch {
      throw AgentError(.state, "\(error); without it nothing can be reported: free space there")
    }
  }
}
