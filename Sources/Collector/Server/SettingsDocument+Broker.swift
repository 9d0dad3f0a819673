import Addresses
import Enrolment
package import FleetContract
package import Ingest
package import MQTTClient
import PrivateBroker

extension SettingsDocument {
  /// A session at the collector's broker that stands beside the collector's own.
  package struct SideSession: Sendable {
    package var address: BrokerAddress
    package var configuration: MQTTConfiguration

    /// What it is for: each has a client name of its own, since a second session under one ends the first.
    package enum Purpose: String, Sendable {
      /// Only sees whether the broker lets anybody in.
      case door
      /// Brings notices to the pages of households.
      case notes
    }
  }

  /// How the configured broker, or the collector's own, is reached for a purpose.
  ///
  /// At a configured one the same user needs to be let in under a second client name, its own with the purpose behind it.
  package func sideSession(
    for purpose: SideSession.Purpose, of collector: TopicName, state: String
  ) -> SideSession {
    var configuration = MQTTConfiguration(
      clientID: "kadomori-collector-\(collector)-\(purpose.rawValue)", cleanStart: true)
    if let broker {
      configuration.userName = broker.credentials.userName
      configuration.password = broker.credentials.password
      configuration.security = broker.credentials.security
      return SideSession(address: broker.address, configuration: configuration)
    }
    var own = listen ?? .standard
    if let enrolment {
      own = listen ?? ListenAddress(enrolment.listen.address, port: enrolment.broker.port)
      let files = EnrolmentFiles(state: state)
      let (certificate, key) =
        switch purpose {
        case .door: (files.door, files.doorKey)
        case .notes: (files.notes, files.notesKey)
        }
      let host = enrolment.broker.host
      configuration.security = MQTTSecurity(
        authorities: files.authorities, certificate: certificate, key: key,
        serverName: IPAddress(host) == nil ? host : nil)
    }
    let address = BrokerAddress(host: own.localAddress.description, port: own.port)
    return SideSession(address: address, configuration: configuration)
  }
}
