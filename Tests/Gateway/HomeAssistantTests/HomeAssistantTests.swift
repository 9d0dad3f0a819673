import BrokerFixture
import Foundation
import HomeAssistant
import LinuxIO
import MQTTClient
import Posture
import Testing

/// What a household's broker holds of the gateway, by a real mosquitto.
@Suite struct HomeAssistantTests {
  private static let gateway = "gw-abcdefghij"

  /// The link's loop runs on a thread of its own, as the agent's does, while the test listens.
  private final class Household {
    let broker: Broker
    let tap: Pump
    private(set) var notes: [String] = []
    private(set) var seenRetained: [String] = []
    let loop = EventLoop()

    init(_ configuration: String = "") throws {
      broker = try Broker(configuration)
      tap = try Pump.connected("tap", to: broker.port)
    }

    func forgetRetained() { seenRetained = [] }

    func place(prefix: String = "homeassistant", language: String = "en") -> HomeBroker {
      HomeBroker(host: "127.0.0.1", port: broker.port, prefix: prefix, language: language)
    }

    func device(_ place: HomeBroker) -> HomeDevice {
      HomeDevice(gateway: HomeAssistantTests.gateway, version: "1.0", broker: place)
    }

    func link(_ place: HomeBroker, _ task: HomeLink.Task = .show) -> HomeLink {
      HomeLink(place, device(place), task, loop: loop) { [weak self] in self?.notes.append($1) }
    }

    /// Runs the link's loop until the condition holds, for at most 60 s.
    func run(until condition: @escaping () -> Bool) throws {
      let end = loop.now + .seconds(60)
      func look() {
        _ = loop.after(.milliseconds(20)) { [loop] in condition() || loop.now > end ? loop.stop() : look() }
      }
      look()
      try loop.run()
      try #require(condition())
    }

    /// Runs both until a message comes on a topic.
    func message(on topic: String) throws -> MQTTReceived {
      var found: MQTTReceived?
      try run { [self] in
        if found == nil { tap.run() }
        for case .message(let message) in tap.takeEvents() {
          if message.retained { seenRetained.append(message.topic) }
          if message.topic == topic { found = message }
        }
        return found != nil
      }
      return try #require(found)
    }
  }

  private static func state(_ severities: Severity...) -> HomeState {
    let findings = severities.enumerated().map {
      Finding(check: "telnet-open", severity: $1, device: "dev-\($0)", remedy: "switch-off")
    }
    let report = PostureReport(
      scan: ScanFacts(
        interface: "lan0", networks: [], started: WallTime(milliseconds: 1_790_000_000_000),
        durationMilliseconds: 1, complete: true), devices: [], findings: findings)
    return HomeState([report], isClockSet: true)
  }

  private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func `a new subscriber finds one device whose sensors only show, and its state`() throws {
    let house = try Household()
    let place = house.place()
    let device = house.device(place)
    let link = house.link(place)
    link.tell(Self.state(.high, .low))
    link.start()
    try house.run { link.isConnected }
    _ = try house.tap.session.subscribe("#")

    let discovery = try Self.object(house.message(on: device.configurationTopic).payload)
    #expect(discovery["dev"] != nil && discovery["o"] != nil)
    let components = try #require(discovery["cmps"] as? [String: [String: Any]])
    #expect(Set(components.keys) == ["findings", "worst", "grade", "devices", "scanned", "attention"])
    for component in components.values {
      #expect(component["p"] != nil && component["unique_id"] != nil)
      // What takes commands has a topic for them.
      #expect(component["command_topic"] == nil && component["cmd_t"] == nil)
    }
    #expect(discovery["avty_t"] as? String == device.availabilityTopic)

    link.tell(Self.state(.low))
    let state = try Self.object(house.message(on: device.stateTopic).payload)
    #expect(["B", "D"].contains(state["grade"] as? String))
    #expect((state["attention"] as? Bool) == (state["grade"] as? String == "D"))
    link.stop()
  }

  @Test func `when Home Assistant starts, everything is told again`() throws {
    let house = try Household()
    let place = house.place(prefix: "ha", language: "ja")
    let link = house.link(place)
    link.tell(Self.state())
    link.start()
    try house.run { link.isConnected }
    _ = try house.tap.session.subscribe(house.device(place).configurationTopic)
    let first = try house.message(on: house.device(place).configurationTopic)
    #expect(first.retained && String(decoding: first.payload, as: UTF8.self).contains("ゲートウェイの安全"))
    _ = try house.tap.session.publish(MQTTMessage(topic: "ha/status", payload: Array("online".utf8)))
    #expect(try !house.message(on: house.device(place).configurationTopic).retained)
    link.stop()
  }

  @Test func `who is removed leaves nothing at the broker`() throws {
    let house = try Household()
    let place = house.place()
    let shown = house.link(place)
    shown.tell(Self.state(.critical))
    shown.start()
    try house.run { shown.isConnected }
    _ = try house.tap.session.subscribe(house.device(place).stateTopic)
    #expect(try house.message(on: house.device(place).stateTopic).retained)
    shown.stop()
    house.forgetRetained()
    let removing = house.link(place, .remove)
    var isDone = false
    removing.removed = { isDone = true }
    removing.start()
    try house.run { isDone }

    _ = try house.tap.session.subscribe("#")
    _ = try house.tap.session.publish(MQTTMessage(topic: "end", payload: []))
    #expect(try house.message(on: "end").topic == "end")
    #expect(house.seenRetained.isEmpty, "\(house.seenRetained)")
  }

  @Test func `a broker that goes away is tried again, and finds the device offline meanwhile`() throws {
    let house = try Household()
    let place = house.place()
    let link = house.link(place)
    link.tell(Self.state())
    link.start()
    try house.run { link.isConnected }
    house.broker.crash()
    try house.run { link.problem != nil }
    #expect(house.notes.last?.contains("127.0.0.1:\(house.broker.port)") == true)
    try house.broker.restart()
    try house.run { link.isConnected }
    #expect(link.problem == nil)
    link.stop()
  }

  @Test func `a password that others may read is not sent, and neither is anything to a broker elsewhere`()
    throws
  {
    let house = try Household()
    let directory = try TemporaryDirectory()
    try directory.write("password", "secret\n")
    chmod(directory.path + "/password", 0o644)
    var place = house.place()
    place.user = "kadomori"
    place.passwordFile = directory.path + "/password"
    let link = house.link(place)
    link.start()
    try house.run { link.problem != nil }
    #expect(link.problem?.contains("chmod o-rwx") == true && !link.isConnected)
    link.stop()

    place = house.place()
    place.host = "198.51.100.1"
    let away = house.link(place)
    away.start()
    try house.run { away.problem != nil }
    #expect(away.problem?.contains("not of this site") == true)
    away.stop()
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("192.168.1.2", true), ("172.31.0.1", true), ("172.32.0.1", false),
    ("8.8.8.8", false),
    ("fd00::1", true), ("fe80::1", true), ("2001:db8::1", false), ("homeassistant.local", true),
    ("homeassistant", true), ("broker.example", false), ("LOCALHOST", true), ("x.lan.example", false),
  ])
  func `only a broker of the house counts as one`(_ host: String, _ isOurs: Bool) {
    #expect(HomeBroker.isOfThisSite(host) == isOurs)
  }
}
