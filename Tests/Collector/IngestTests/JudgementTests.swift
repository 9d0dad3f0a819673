import FleetContract
import FleetStore
import Ingest
import MQTTClient
import Posture
import Testing

func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

let gateway = known(GatewayID("gw-abcdefghij234567"))
let noon = known(WallTime("2026-11-23T12:00:00Z"))

func payload<Body: MessageBody>(
  _ body: Body, seq: Int64?, from id: GatewayID = gateway, kind: String = Body.kind ?? "x"
) throws -> [UInt8] {
  try Envelope(
    gateway: id, seq: seq, bootID: "b", uptimeMilliseconds: 1000, time: noon, clockSynced: true, body: body,
    kind: kind
  ).payload()
}

func findingEvent(_ device: String = "dev-1") -> FindingEvent {
  FindingEvent(
    .opened, Finding(check: "telnet-open", severity: .high, device: device, remedy: "close-telnet"))
}

@Suite struct JudgementTests {
  private func judge(_ levels: String, _ payload: [UInt8]) -> Judgement {
    let topic = levels.hasPrefix("kadomori") ? levels : "kadomori/v1/\(gateway)/" + levels
    return Judgement(
      MQTTReceived(topic: topic, payload: payload, qos: .atLeastOnce, retained: false), received: noon)
  }

  private func reason(_ judgement: Judgement) -> String? {
    if case .setAside(let message) = judgement { message.reason } else { nil }
  }

  private func arrival(_ judgement: Judgement) -> Arrival? {
    if case .store(let arrival) = judgement { arrival } else { nil }
  }

  @Test func `reads every message of a gateway`() throws {
    let status = StatusBody(online: true, birth: 1, cause: .start, agent: "1")
    #expect(arrival(judge("status", try payload(status, seq: nil)))?.content == .status(status))
    let posture = PostureSummary(of: [], agentVersion: "1")
    #expect(arrival(judge("twin/posture", try payload(posture, seq: 3)))?.seq == 3)
    let devices = DevicesBody(devices: [], part: 2, parts: 2)
    #expect(arrival(judge("twin/devices/2", try payload(devices, seq: 4)))?.content == .devices(devices))
    #expect(arrival(judge("twin/devices/2", []))?.content == .devicesCleared(part: 2))
    #expect(arrival(judge("evt/finding", try payload(findingEvent(), seq: 5)))?.made?.bootID == "b")
    let change = DeviceEvent(DeviceChange(.gone, device: "dev-1"))
    #expect(arrival(judge("evt/device", try payload(change, seq: 6)))?.seq == 6)
    let text = try payload(UninterpretedBody(), seq: 6, kind: "eclipse")
    #expect(
      arrival(judge("evt/eclipse", text))?.content
        == .event(kind: "eclipse", text: String(decoding: text, as: UTF8.self)))
  }

  @Test func `sets aside what it cannot read`() throws {
    let event = try payload(findingEvent(), seq: 1)
    let other = known(GatewayID(hash: [UInt8](repeating: 1, count: 10)))
    #expect(reason(judge("evt/finding", [])) == "not-json")
    #expect(reason(judge("evt/finding", Array("{".utf8))) == "not-json")
    #expect(reason(judge("evt/finding", try payload(findingEvent(), seq: nil))) == "field")
    #expect(reason(judge("evt/dropped", event)) == "kind")
    #expect(reason(judge("twin/devices/3", try payload(DevicesBody(devices: []), seq: 1))) == "field")
    #expect(
      reason(judge("evt/finding", try payload(findingEvent(), seq: 1, from: other))) == "foreign-gateway")
    #expect(reason(judge("evt/a/b", event)) == "topic")
    #expect(reason(judge("kadomori/v1/gateway/status", event)) == "topic")
    let large = Array("{\"a\":\"".utf8) + [UInt8](repeating: 65, count: 300_000) + Array("\"}".utf8)
    #expect(reason(judge("evt/finding", large)) == "too-large")
    let deep = [UInt8](repeating: UInt8(ascii: "{"), count: 100_000)
    #expect(reason(judge("evt/finding", deep)) == "too-deep")
  }

  @Test func `passes over what collectors write`() {
    #expect(judge("ack", Array("{}".utf8)) == .pass)
    #expect(judge("kadomori/v1/_collector/a/status", []) == .pass)
    #expect(judge("kadomori/v1/_policy/status", []) == .pass)
  }
}

@Suite struct BackoffTests {
  @Test func `doubles to its bound and spreads after it`() {
    var backoff = Backoff()
    #expect((0..<3).map { _ in backoff.failed(random: 1) } == [0.25, 0.5, 1].map { .seconds($0) })
    for _ in 0..<100 { _ = backoff.failed() }
    #expect(backoff.failed(random: 1.4) == .seconds(42))
    backoff.held()
    #expect(backoff.failed(random: 1) == .milliseconds(250))
  }
}
