import Addresses
import BrokerFixture
import FleetContract
import Foundation
import MQTTClient
import Posture
import Testing

/// A collector with a broker of its own, gateways of two areas, and a tenant of each that only listens.
@Suite(.serialized, .timeLimit(.minutes(4))) struct TenantProgramTests {
  private let provider: Provider

  init() throws {
    provider = try Provider()
    let head = try String(contentsOfFile: provider.configuration, encoding: .utf8)
    try provider.directory.write(
      "collector.yaml",
      head + """
        tenants:
          - {name: city, groups: [area-7], users: [city-mqtt]}
          - {name: town, groups: [area-8], users: [town-mqtt]}

        """)
    try provider.start()
  }

  private func tenant(_ name: String) throws -> Listener {
    let user = name + "-mqtt"
    if !FileManager.default.fileExists(atPath: provider.directory.path + "/" + user + ".crt") {
      try provider.done(
        "tenant-certificate", user, "--config", provider.configuration, "--out", provider.directory.path)
    }
    return try Listener(provider.connected(user))
  }

  /// Sends as a gateway does, and returns when the broker has it.
  private func send<Body: MessageBody>(
    _ body: Body, seq: Int64?, on channel: Channel, of gateway: String, as name: String,
    _ change: (String) -> String = { $0 }
  ) throws {
    let id = try #require(GatewayID(gateway))
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let payload = try Envelope(
      gateway: id, seq: seq, bootID: "b", uptimeMilliseconds: 1000, time: now, clockSynced: true, body: body
    ).payload()
    let pump = try provider.connected(name)
    try pump.publish(
      MQTTMessage(
        topic: Topic.gateway(id, channel).description,
        payload: Array(change(String(decoding: payload, as: UTF8.self)).utf8),
        retain: channel.delivery.retained))
  }

  private func finding(_ device: String, check: String = "telnet-open") -> FindingEvent {
    FindingEvent(
      .opened,
      Finding(
        check: check, severity: .high, device: device, service: .tcp(23),
        evidence: Evidence(protocol: .telnet, profile: "marys-camera"), remedy: "call-mary"))
  }

  private func state(of gateway: String, as name: String, from seq: Int64) throws {
    let status = StatusBody(online: true, birth: seq, cause: .start, agent: "Mary's agent")
    try send(status, seq: seq, on: .status, of: gateway, as: name)
    let devices = DevicesBody(devices: [
      Device(
        id: "dev-1", mac: MACAddress("00:00:5e:00:53:01"), names: ["Mary's iPhone"], vendor: "Mary Ltd",
        kind: .camera)
    ])
    try send(devices, seq: seq + 1, on: .devices, of: gateway, as: name)
    let posture = PostureSummary(of: [], agentVersion: "Mary's agent")
    try send(posture, seq: seq + 2, on: .posture, of: gateway, as: name)
  }

  @Test func `a tenant hears of its own gateways what it may know, and can do nothing else`() throws {
    let own = try provider.gateway("a", group: "area-7")
    let other = try provider.gateway("b", group: "area-8")
    let city = try tenant("city")
    let town = try tenant("town")
    try state(of: own, as: "a", from: 1)
    // A name where none belongs: the whole finding is withheld, and so is what nobody knows.
    try send(finding("Mary's iPhone"), seq: 4, on: .event(.finding), of: own, as: "a")
    try send(finding("dev-1", check: "mary was here"), seq: 5, on: .event(.finding), of: own, as: "a")
    try send(finding("dev-1"), seq: 6, on: .event(.finding), of: own, as: "a") {
      $0.replacing("\"finding\":{", with: "\"finding\":{\"names\":[\"Mary\"],\"mac\":\"00:00:5e:00:53:01\",")
    }
    let heard = try city.hear("kadomori/v1/isp/city/\(own)/evt/finding")
    #expect(!heard.retained)
    let document = try heard.object()
    #expect(document["seq"] as? Int == 6)
    #expect(document["gateway"] as? String == own)
    let facts = try #require(document["finding"] as? [String: Any])
    #expect(
      Set(facts.keys) == ["id", "check", "severity", "device_kind", "service", "stage"]
        && facts["id"] as? String == "telnet-open:dev-1:tcp/23" && facts["device_kind"] as? String == "camera"
        && facts["stage"] as? String == "detected")
    try city.hear("kadomori/v1/isp/city/\(own)/posture")

    try send(finding("dev-2"), seq: 1, on: .event(.finding), of: other, as: "b")
    try town.hear("kadomori/v1/isp/town/\(other)/evt/finding")
    // What either could have heard of the other came before this.
    try send(finding("dev-3"), seq: 7, on: .event(.finding), of: own, as: "a")
    try city.hear("kadomori/v1/isp/city/\(own)/evt/finding")
    #expect(town.topics.allSatisfy { $0.hasPrefix("kadomori/v1/isp/town/\(other)/") }, "\(town.topics)")
    #expect(city.topics.allSatisfy { $0.hasPrefix("kadomori/v1/isp/city/\(own)/") }, "\(city.topics)")
    for message in city.heard {
      let text = String(decoding: message.payload, as: UTF8.self)
      #expect(!text.lowercased().contains("mary") && !text.contains("00:00:5e"), "\(text)")
      let schema = try #require(try message.object()["kind"] as? String)
      #expect(try Schemas.faults(of: text, by: schema) == "")
    }
    for topic in [
      "isp/city/\(own)/status", "isp/town/\(other)/posture", "\(own)/evt/finding", "\(own)/cmd/scan/1",
      "city-mqtt/evt/finding", "_policy/area-7",
    ] {
      #expect(try city.isRefused("kadomori/v1/" + topic), "\(topic)")
    }
    #expect(provider.stop() == 0)
  }

  @Test func `states are there for who comes later, and leave with their gateway`() throws {
    let gateway = try provider.gateway("a", group: "area-7")
    let other = try provider.gateway("b", group: "area-7")
    let city = try tenant("city")
    let town = try tenant("town")
    for (id, name) in [(gateway, "a"), (other, "b")] {
      try state(of: id, as: name, from: 1)
      try city.hear("kadomori/v1/isp/city/\(id)/posture")
    }
    let later = try tenant("city")
    for channel in ["status", "posture"] {
      #expect(try later.hear("kadomori/v1/isp/city/\(gateway)/\(channel)").retained)
    }

    // It enrols for another area.
    let made = try provider.done(
      "enrol-token", "create", "--config", provider.configuration, "--group", "area-8")
    #expect(try provider.enrol("a", token: made).status == "200")
    for channel in ["status", "posture"] {
      try later.hear("kadomori/v1/isp/city/\(gateway)/\(channel)") { $0.payload.isEmpty }
      try town.hear("kadomori/v1/isp/town/\(gateway)/\(channel)") { !$0.payload.isEmpty }
    }
    // Nothing is left of it in the old place, and the one that stayed is still there.
    let last = try tenant("city")
    for channel in ["status", "posture"] { try last.hear("kadomori/v1/isp/city/\(other)/\(channel)") }
    #expect(last.topics.allSatisfy { $0.contains(other) }, "\(last.topics)")

    try provider.done("erase", gateway, "--yes", "--by", "test")
    for channel in ["status", "posture"] {
      try town.hear("kadomori/v1/isp/town/\(gateway)/\(channel)") { $0.payload.isEmpty }
    }
  }

  @Test func `who is no tenant's user gets no certificate, and who is none any more hears nothing`() throws {
    let refused = try provider.command(
      "tenant-certificate", "gw-mine", "--config", provider.configuration, "--out", provider.directory.path)
    #expect(refused.status == 64 && refused.said.contains("'gw-mine' is no user of 'tenants:'"), "\(refused)")
    let gateway = try provider.gateway("a", group: "area-7")
    let city = try tenant("city")
    try state(of: gateway, as: "a", from: 1)
    try city.hear("kadomori/v1/isp/city/\(gateway)/posture")
    #expect(provider.stop() == 0)
    let text = try String(contentsOfFile: provider.configuration, encoding: .utf8)
    try provider.directory.write(
      "collector.yaml", text.replacing("users: [city-mqtt]", with: "users: [new-mqtt]"))
    try provider.start()
    let former = try Listener(provider.connected("city-mqtt"))
    #expect(try former.isRefused("kadomori/v1/city-mqtt/evt/finding"))
    #expect(former.topics.isEmpty, "\(former.topics)")
  }
}

/// A tenant's user, who asks for everything there is.
private final class Listener {
  private let pump: Pump
  private(set) var heard: [MQTTReceived] = []

  init(_ pump: Pump) throws {
    self.pump = pump
    _ = try pump.session.subscribe("#")
    var isAnswered = false
    while !isAnswered {
      try pump.wait { event in
        note(event)
        if case .subscribed = event { isAnswered = true }
        return true
      }
    }
  }

  var topics: [String] { heard.map(\.topic) }

  private func note(_ event: MQTTEvent) {
    if case .message(let message) = event { heard.append(message) }
  }

  /// Waits for a message that nobody has waited for, or that came after the last one on this topic.
  @discardableResult
  func hear(_ topic: String, _ isRight: (MQTTReceived) -> Bool = { _ in true }) throws -> MQTTReceived {
    if let old = heard.firstIndex(where: { $0.topic == topic && isRight($0) && !taken.contains(Self.key($0)) }
    ) {
      taken.insert(Self.key(heard[old]))
      return heard[old]
    }
    var found: MQTTReceived?
    try pump.wait(seconds: 30) { event in
      note(event)
      guard case .message(let message) = event, message.topic == topic, isRight(message) else { return false }
      found = message
      return true
    }
    let message = try #require(found)
    taken.insert(Self.key(message))
    return message
  }

  private var taken: Set<String> = []

  private static func key(_ message: MQTTReceived) -> String {
    message.topic + " " + String(decoding: message.payload, as: UTF8.self)
  }

  /// Whether the broker refuses a message from here.
  func isRefused(_ topic: String) throws -> Bool {
    let id = try pump.session.publish(MQTTMessage(topic: topic, payload: Array("{}".utf8)))
    var isRefused = false
    try pump.wait { event in
      note(event)
      guard case .published(id, let reason) = event else { return false }
      isRefused = reason.isError
      return true
    }
    return isRefused
  }
}

extension MQTTReceived {
  fileprivate func object() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
  }
}
