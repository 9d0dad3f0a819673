import FleetContract
import Posture
import Testing

@Suite struct EnvelopeTests {
  private let text = """
    {"v":"1.0","gateway":"gw-abcdefghij234567","seq":1,"boot_id":"b","uptime_ms":5,\
    "time":"2026-11-22T23:19:00Z","clock_synced":false,"kind":"status",\
    "body":{"online":true,"birth":2,"cause":"start","agent":"1"}}
    """

  private func read(_ text: String) throws(Rejection) -> Envelope<StatusBody> {
    try Envelope(payload: Array(text.utf8), from: Samples.gateway)
  }

  @Test func `reads what it wrote`() throws {
    let status = Samples.envelope(StatusBody(online: false, birth: 1, cause: .lost, agent: "x"), seq: nil)
    #expect(try Envelope<StatusBody>(payload: status.payload(), from: Samples.gateway) == status)
    let devices = Samples.envelope(DevicesBody(devices: [Samples.camera], part: 2, parts: 3))
    #expect(try Envelope<DevicesBody>(payload: devices.payload(), from: Samples.gateway) == devices)
    let event = Samples.envelope(FindingEvent(.closed, Samples.finding))
    #expect(try Envelope<FindingEvent>(payload: event.payload(), from: Samples.gateway) == event)
    #expect(event.contentType == "application/vnd.kadomori.finding+json;v=1")
  }

  @Test func `an event of an unknown type still has its envelope`() throws {
    let payload = try Samples.envelope(FindingEvent(.opened, Samples.finding), seq: 9).payload()
    let read = try Envelope<UninterpretedBody>(payload: payload, from: Samples.gateway)
    #expect(read.seq == 9)
    #expect(read.kind == "finding")
  }

  @Test func `reads a newer minor version and fields it does not know`() throws {
    let newer = text.replacing("\"1.0\"", with: "\"1.7\"").replacing(
      "\"birth\"", with: "\"new\":[1],\"birth\"")
    #expect(try read(newer).body.birth == 2)
    #expect(try read(text.replacing("\"start\"", with: "\"eclipse\"")).body.cause == .unknown)
  }

  @Test(arguments: [
    ("\"1.0\"", "\"2.0\"", "version"), ("\"1.0\"", "\"1\"", "version"), ("\"1.0\"", "1.0", "field"),
    ("gw-abcdefghij234567", "gw-aaaaaaaaaaaaaaaa", "foreign-gateway"),
    ("gw-abcdefghij234567", "gw-x", "field"), ("\"status\"", "\"posture\"", "kind"),
    ("\"seq\":1", "\"seq\":0", "field"), ("\"seq\":1", "\"seq\":9007199254740992", "field"),
    ("\"seq\":1", "\"seq\":1e99", "not-json"), ("\"seq\":1", "\"seq\":1.5", "not-json"),
    ("\"uptime_ms\":5", "\"uptime_ms\":-5", "field"), ("\"b\"", "\"\"", "field"),
    ("\"b\"", "\"a\\nb\"", "field"), ("23:19:00Z", "25:19:00Z", "field"), ("\"birth\":2,", "", "field"),
    ("\"online\":true", "\"online\":\"yes\"", "field"), ("true", "tru", "not-json"), ("}}", "}", "not-json"),
    ("}}", "}}}", "not-json"), ("}}", "}} {}", "not-json"), ("{\"v\"", "\u{feff}{\"v\"", "not-json"),
    ("\"b\"", "\"\u{0}\"", "not-json"),
  ]) func `rejects, with a reason`(old: String, new: String, code: String) {
    do {
      let envelope = try read(text.replacing(old, with: new))
      Issue.record("read \(envelope)")
    } catch {
      #expect(error.code == code, "\(error)")
    }
  }

  @Test func `names the field, not what a stranger wrote`() {
    do {
      _ = try read(text.replacing("\"cause\":\"start\"", with: "\"cause\":[\"\\u001b[31mevil\"]"))
      Issue.record("read")
    } catch {
      #expect(error.description == "body.cause has the wrong type")
    }
  }

  @Test func `splits what does not fit one message`() throws {
    let devices = (0..<400).map {
      Device(
        id: "dev-\($0)", kind: .camera, services: Array(repeating: Samples.camera.services[0], count: 20))
    }
    #expect(throws: Rejection.self) { try Samples.envelope(DevicesBody(devices: devices)).payload() }
    let parts = try DevicesBody.split(devices)
    #expect(parts.count > 1)
    #expect(parts.flatMap(\.devices) == devices)
    for part in parts {
      #expect(try Samples.envelope(part).payload().count <= PayloadBounds.maximumBytes)
      #expect(part.parts == parts.count)
    }
    #expect(try DevicesBody.split([]) == [DevicesBody(devices: [])])
  }

  @Test func `an acknowledgement covers its prefix and its ranges`() {
    let ack = AckBody(stored: 3, above: [SequenceRange(5, 7)!])
    #expect((1...9).filter { ack.covers($0) } == [1, 2, 3, 5, 6, 7])
    #expect(SequenceRange(2, 1) == nil)
    #expect(SequenceRange(0, 1) == nil)
  }
}
