package import Addresses
package import FleetContract
package import FleetStore
package import Ingest
import MQTTClient
package import PrivateBroker
package import Settings

/// The collector's configuration file; everything in it may be absent.
///
/// ```yaml
/// collector: tokyo-1              # its name; the default is the machine's
/// state: /var/lib/kadomori-collector
/// listen: 127.0.0.1:1883          # of the broker of its own, which 'enrolment' gives TLS; or:
/// broker:
///   host: broker.example
///   port: 8883
///   user: collector
///   password_file: /etc/kadomori-collector/password
///   tls: {authorities: /etc/…/ca.pem, certificate: /etc/…/c.pem, key: /etc/…/c.key, name: broker.example}
/// store: postgresql://kadomori@db.example/kadomori?sslmode=verify-full   # default: a file in the state directory
/// health: {listen: 127.0.0.1:9464}  # /healthz, /readyz and /metrics over HTTP
/// notices: {…}                    # see NoticeSettings
/// dashboard: {listen: 127.0.0.1:8445, proxy: true}
/// tenants: [{name: city-water, groups: [area-7], users: [city-water-mqtt]}]   # see TenantSettings
/// retention: {history_days: 400, outside_days: 90, closed_findings_days: 400}
/// ```
package struct SettingsDocument: Sendable {
  package var name: TopicName?
  package var state: String?
  package var listen: ListenAddress?
  package var broker: (address: BrokerAddress, credentials: CollectorSettings.Credentials)?

  package var enrolment: EnrolmentSettings?
  package var pace: PaceSettings?
  /// The path of an SQLite file or the URI of a PostgreSQL database.
  package var store: String?
  package var health: Endpoint?
  package var notices: NoticeSettings?
  package var dashboard: DashboardSettings?
  package var retention = Retention()
  package var tenants: [TenantSettings]?

  package init() {}

  package init(contentsOf path: String) throws(SettingsError) {
    self = try Node(contentsOf: path).read(Self.format)
  }

  package static let format = Format<SettingsDocument>.mapping { reader in
    var document = SettingsDocument()
    document.name = reader.optional("collector", name)
    document.state = reader.optional("state", absolutePath)
    document.listen = reader.optional("listen", listen)
    document.broker = reader.optional("broker", broker)
    let hasOwnBroker = !reader.contains("broker")
    document.enrolment = reader.optional("enrolment", EnrolmentSettings.format(withOwnBroker: hasOwnBroker))
    document.pace = reader.optional("restoration", PaceSettings.format)
    document.store = reader.optional("store", store)
    document.health = reader.optional("health", health)
    document.notices = reader.optional("notices", NoticeSettings.format)
    document.dashboard = reader.optional("dashboard", DashboardSettings.format)
    document.retention = reader.optional("retention", retention) ?? Retention()
    document.tenants = reader.optional(
      "tenants", TenantSettings.list(without: document.broker?.credentials.userName))
    if reader.contains("broker"), reader.contains("listen") {
      reader.field("listen").fail(
        "is the address of the collector's own broker; with 'broker' there is none, so remove one of them",
        as: Int.self)
    }
    return document
  }

  private static let name = Format<String>.string.map { text, field in
    TopicName(text) ?? field.fail("'\(text)' is no name; write up to 64 letters, digits, '.', '_' and '-'")
  }

  private static let store = Format<String>.string.checked { text in
    guard FleetStore.isDatabase(text) else {
      return text.hasPrefix("/") ? nil : "is neither an absolute path nor begins with 'postgresql://'"
    }
    return FleetStore.problem(ofDatabase: text)
  }

  private static let health = Format<Endpoint>.mapping { reader in
    reader.required(
      "listen",
      Format<String>.string.map { (text, field) -> Endpoint? in
        guard let place = ListenAddress(text), IPAddress(text) == nil else {
          return field.fail(
            "'\(text)' is no address with a port, such as 127.0.0.1:9464", as: Endpoint.self)
        }
        return Endpoint(place.address, place.port)
      })
  }

  private static let retention = Format<Retention>.mapping { reader in
    var retention = Retention()
    func days(_ name: String, _ value: inout Duration) {
      if let days = reader.optional(name, .int(in: 1...3660)) { value = .seconds(days * 86_400) }
    }
    days("history_days", &retention.history)
    days("outside_days", &retention.outside)
    days("closed_findings_days", &retention.closedFindings)
    return retention
  }

  private static let absolutePath = Format<String>.string.checked {
    $0.hasPrefix("/") ? nil : "is not an absolute path; begin it with '/'"
  }

  private static let listen = Format<String>.string.map { text, field in
    ListenAddress(text) ?? field.fail("'\(text)' is not an address such as 127.0.0.1:1883 or [::1]:1883")
  }

  private static let tls = Format<MQTTSecurity>.mapping { tls in
    let authorities = tls.optional("authorities", absolutePath)
    let certificate = tls.optional("certificate", absolutePath)
    let key = tls.optional("key", absolutePath)
    let name = tls.optional("name", .string)
    if (certificate == nil) != (key == nil) {
      return tls.field.fail("'certificate' and 'key' belong together; write both or none")
    }
    return MQTTSecurity(authorities: authorities, certificate: certificate, key: key, serverName: name)
  }

  private static let broker = Format<
    (address: BrokerAddress, credentials: CollectorSettings.Credentials)
  >.mapping { broker in
    let host = broker.required("host", .string)
    let security = broker.optional("tls", tls)
    let port = broker.optional("port", .int(in: 1...65_535), default: broker.contains("tls") ? 8883 : 1883)
    let user = broker.optional("user", .string)
    let password = broker.optional("password_file", passwordFile)
    guard let host else { return nil }
    var credentials = CollectorSettings.Credentials(
      userName: user, password: password?.text, security: security)
    credentials.passwordFile = password?.path
    // The certificate is compared with the name as written, unless the file says another.
    if credentials.security?.serverName == nil { credentials.security?.serverName = host }
    return (BrokerAddress(host: host, port: UInt16(port)), credentials)
  }

  /// The first line of a file, so that the password is in no configuration file and no list of processes.
  private static let passwordFile = absolutePath.map { (path, field) -> (path: String, text: String)? in
    do throws(SettingsError) {
      let text = String(decoding: try SettingsFile.bytes(of: path, limit: 4096), as: UTF8.self)
      return (path, String(text.prefix { !$0.isNewline }))
    } catch {
      return field.fail(error.diagnostics.first?.message ?? "cannot be read")
    }
  }
}
