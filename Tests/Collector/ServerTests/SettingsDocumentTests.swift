import Addresses
import BrokerFixture
import FleetContract
import FleetStore
import Ingest
import MQTTClient
import PrivateBroker
import Restoration
import Server
import Settings
import Testing

@Suite struct SettingsDocumentTests {
  private func read(_ text: String) throws -> SettingsDocument {
    let directory = try TemporaryDirectory()
    return try SettingsDocument(contentsOf: directory.write("c.yaml", text))
  }

  @Test func `reads a configured broker`() throws {
    let document = try read(
      """
      collector: tokyo-1
      broker:
        host: broker.example
        user: collector
        tls: {authorities: /etc/ca.pem}
      """)
    #expect(document.name == TopicName("tokyo-1"))
    #expect(document.broker?.address.description == "broker.example:8883")
    #expect(document.broker?.credentials.userName == "collector")
    #expect(document.broker?.credentials.security?.serverName == "broker.example")
  }

  @Test func `an own broker needs nothing, or an address`() throws {
    #expect(try read("listen: 127.0.0.1:1884\n").listen?.port == 1884)
    #expect(try read("collector: a\n").listen == nil)
  }

  @Test func `reads how fast gateways come back`() throws {
    let pace = try #require(
      try read(
        "restoration: {capacity: 50, key: /k, low_percent: 20, hint: {listen: \"0.0.0.0:1\", place: \"a:2\"}}\n"
      ).pace)
    #expect(pace.fleet.capacity == 50 && pace.fleet.outageFrom == 10 && pace.fleet.period == 30)
    #expect(pace.fleet.criticalShare == 0.01 && pace.fleet.lowShare == 0.2 && pace.key == "/k")
    #expect(pace.hint?.listen.port == 1 && pace.hint?.place.description == "a:2")
    #expect(try read("collector: a\n").pace == nil)
  }

  @Test func `reads who may know of whose gateways`() throws {
    let tenants = try #require(
      try read("tenants: [{name: city, groups: [area-7, area-8], users: [city-mqtt]}]\n").tenants)
    #expect(tenants.map(\.name.description) == ["city"])
    #expect(tenants.first?.groups.map(\.description) == ["area-7", "area-8"])
    #expect(tenants.first?.readers.map(\.user.description) == ["city-mqtt"])
    #expect(try read("tenants: []\n").tenants == [])
    #expect(try read("collector: a\n").tenants == nil)
  }

  /// What is wrong, and in which field.
  @Test(arguments: [
    ("{name: a/b, groups: [g]}", "tenants[0].name"), ("{name: $x, groups: [g]}", "tenants[0].name"),
    ("{name: evt, groups: [g]}", "tenants[0].name"), ("{name: a, groups: []}", "tenants[0].groups"),
    ("{name: a, groups: ['g#']}", "tenants[0].groups[0]"), ("{name: a}", "groups"),
    ("{name: a, groups: [g], users: [gw-abcdefghij234567]}", "is the name of a gateway"),
    ("{name: a, groups: [g], users: [kadomori-collector-b]}", "is the name of a collector"),
    ("{name: a, groups: [g], users: [me]}", "that the collector itself is"),
    ("{name: a, groups: [g], users: ['x y']}", "tenants[0].users[0]"),
    ("{name: a, groups: [g], users: [isp]}", "tenants[0].users[0]"),
    ("{name: a, groups: [g]}, {name: a, groups: [h]}", "two tenants named 'a'"),
    (
      "{name: a, groups: [g], users: [u]}, {name: b, groups: [g], users: [u]}", "'u' is a user of two tenants"
    ),
  ]) func `a wrong tenant is told with its field`(tenants: String, words: String) throws {
    do {
      _ = try read("broker: {host: b, user: me}\ntenants: [\(tenants)]\n")
      Issue.record("it was read")
    } catch let error as SettingsError {
      #expect(error.description.contains(words) && error.description.contains("tenants"), "\(error)")
    }
  }

  @Test func `keeps for as long as it is told`() throws {
    let retention = try read("retention: {outside_days: 7, history_days: 30}\n").retention
    #expect(retention.outside == .seconds(7 * 86_400) && retention.history == .seconds(30 * 86_400))
    #expect(retention.closedFindings == Retention().closedFindings)
    #expect(try read("collector: a\n").retention == Retention())
  }

  @Test(arguments: [
    "retention: {outside_days: 0}\n", "retention: {days: 3}\n",
    "broker: {port: 1883}\n", "broker: {host: a, port: 0}\n", "listen: here\n", "brokr: {host: a}\n",
    "listen: 127.0.0.1\nbroker: {host: a}\n", "state: relative\n", "collector: a/b\n",
    "broker: {host: a, tls: {key: /k}}\n", "broker: {host: a, password_file: /nonexistent}\n",
    "restoration: {capacity: 0, key: /k}\n", "restoration: {capacity: 10}\n",
    "restoration: {capacity: 10, key: k}\n", "restoration: {capacity: 10, key: /k, period_s: 0}\n",
    "restoration: {capacity: 10, key: /k, critical_percent: 60, low_percent: 41}\n",
    "restoration: {capacity: 10, key: /k, hint: {listen: 127.0.0.1:1}}\n",
    "restoration: {capacity: 10, key: /k, hint: {listen: 127.0.0.1:1, place: nowhere}}\n",
  ]) func `says where it is wrong`(text: String) {
    do {
      _ = try read(text)
      Issue.record("read")
    } catch let error as SettingsError {
      #expect(error.description.contains("c.yaml:"))
    } catch {
      Issue.record("\(error)")
    }
  }

  private static func enrolment(_ host: String, _ more: String = "") -> String {
    """
    enrolment:
      listen: 127.0.0.1:8443
      names: [collector.example]
      broker: {host: \(host)}
    \(more)
    """
  }

  @Test func `its own broker needs a name that its certificate has`() throws {
    #expect(try read(Self.enrolment("Collector.example")).enrolment?.broker.port == 8883)
    do {
      _ = try read(Self.enrolment("broker.example"))
      Issue.record("read")
    } catch let error as SettingsError {
      #expect(error.description.contains("c.yaml:4:") && error.description.contains("'names'"))
    }
    // Somebody else's broker has a certificate of its own.
    #expect(try read(Self.enrolment("broker.example", "broker: {host: b}")).enrolment != nil)
  }

  @Test func `a port that is not written is the one that gateways are told`() {
    #expect(ListenAddress("192.0.2.1")?.defaulting(to: 8883).port == 8883)
    #expect(ListenAddress("192.0.2.1:1883")?.defaulting(to: 8883).port == 1883)
  }

  @Test func `takes the machine's name where that is one`() {
    #expect(CollectorSettings.defaultName(host: "Tokyo-1.example").description == "tokyo-1")
    #expect(CollectorSettings.defaultName(host: "_odd").description == "collector")
  }
}
