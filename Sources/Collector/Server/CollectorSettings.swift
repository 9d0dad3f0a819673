package import Addresses
package import FleetContract
package import FleetStore
package import Ingest
package import MQTTClient
package import PrivateBroker

/// What a collector is told before it starts.
package struct CollectorSettings: Sendable {
  /// The directory of everything it keeps.
  package var state: String
  /// Its name among collectors, in topics and as the broker's client name.
  package var name: TopicName
  package var broker: Broker
  /// Whether and where gateways enrol.
  package var enrolment: EnrolmentSettings?
  /// Whether it says how fast gateways come back.
  package var pace: PaceSettings?
  /// Where it stores, by path or URI; `nil` for what the state directory notes.
  package var store: String?
  /// Where it says over HTTP how it is.
  package var health: Endpoint?
  /// Whether and where the fleet is shown.
  package var dashboard: DashboardSettings?
  /// How long what is kept.
  package var retention = Retention()
  /// Who may know of whose gateways; `nil` where nothing is published for anybody.
  package var tenants: [TenantSettings]?

  /// The users of the broker that belong to tenants.
  var readers: [TenantReader] { (tenants ?? []).flatMap(\.readers) }

  /// Which broker it uses.
  package enum Broker: Sendable {
    /// A mosquitto of its own, at this address; with mutual TLS where gateways enrol here.
    case own(ListenAddress)
    case configured(BrokerAddress, Credentials)
  }

  /// How it shows itself to a configured broker.
  package struct Credentials: Hashable, Sendable {
    package var userName: String?
    package var password: String?
    /// The file that the password was read from.
    package var passwordFile: String?
    package var security: MQTTSecurity?
  }

  package static let standardState = "/var/lib/kadomori-collector"

  package init(
    state: String, name: TopicName, broker: Broker, enrolment: EnrolmentSettings? = nil,
    pace: PaceSettings? = nil
  ) {
    self.state = state
    self.name = name
    self.broker = broker
    self.enrolment = enrolment
    self.pace = pace
  }

  /// Its name as a client of the broker, and in the certificate it shows there.
  package var clientName: String { "kadomori-collector-\(name)" }

  /// The name where none was chosen: this machine's, without what a topic does not allow.
  package static func defaultName(host: String) -> TopicName {
    let text = host.prefix { $0 != "." }.lowercased()
    return TopicName(text) ?? .standardCollector
  }
}

extension TopicName {
  static let standardCollector: TopicName = {
    guard let name = TopicName("collector") else { preconditionFailure("'collector' is a name") }
    return name
  }()
}
