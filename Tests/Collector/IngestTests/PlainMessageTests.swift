import Addresses
import FleetContract
import FleetStore
import Ingest
import MQTTClient
import Posture
import Testing

/// What is read without a decoder is what the decoder reads, or left to it.
@Suite struct PlainMessageTests {
  private struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }

  private static func samples() throws -> [(topic: String, payload: [UInt8])] {
    let telnet = Finding(
      check: "telnet-open", severity: .high, device: "dev-1", service: .tcp(23),
      evidence: Evidence(protocol: .telnet, tls: true, profile: "a-b", count: 3), remedy: "close", since: noon
    )
    var summary = PostureSummary(of: [], agentVersion: "1.0")
    summary.findings = [.critical: 1, .info: 12]
    summary.worst = .critical
    summary.grade = .e
    summary.scanned = noon
    let closing =
      ##"{"v":"1.0","gateway":"\##(gateway)","seq":7,"boot_id":"b","uptime_ms":5,"##
      + ##""time":"2026-11-23T12:00:00.250Z","clock_synced":false,"kind":"closing","##
      + ##""body":{"a":[1,-2,{"b":null}],"c":true,"d":"x"}}"##
    return [
      ("evt/finding", try payload(FindingEvent(.opened, telnet), seq: 1)),
      ("evt/finding", try payload(findingEvent("dev-\u{e9}"), seq: 1)),
      ("evt/finding", try payload(findingEvent("dev\"\\\n"), seq: 1)),
      ("evt/finding", try payload(FindingEvent(.closed, telnet), seq: nil)),
      ("twin/posture", try payload(summary, seq: 2)),
      ("twin/posture", try payload(PostureSummary(of: [], agentVersion: ""), seq: nil)),
      ("evt/device", try payload(DeviceEvent(DeviceChange(.gone, device: "dev-1")), seq: 3)),
      ("evt/closing", Array(closing.utf8)),
    ]
  }

  private func judge(_ topic: String, _ payload: [UInt8], decodesAll: Bool) -> Judgement {
    Judgement(
      MQTTReceived(
        topic: "kadomori/v1/\(gateway)/\(topic)", payload: payload, qos: .atLeastOnce, retained: false),
      received: noon, decodesAll: decodesAll)
  }

  @Test func `messages of gateways are read the same with and without a decoder`() throws {
    for (topic, payload) in try Self.samples() {
      let judgement = judge(topic, payload, decodesAll: true)
      #expect(judge(topic, payload, decodesAll: false) == judgement)
    }
  }

  /// Bytes are changed, taken out, put in and exchanged, so that most messages are wrong in some way and some are not.
  @Test(arguments: 0..<8)
  func `so are damaged ones, and they are refused for the same reason`(part: Int) throws {
    let (topic, sample) = try Self.samples()[part]
    var chance = Chance(state: UInt64(part))
    let bytes = Array("{}[]\",:0123456789.-+eE\\ nulltruefalse\u{7f}\u{1}".utf8)
    var read = 0
    for _ in 0..<4000 {
      var payload = sample
      for _ in 0..<Int.random(in: 1...3, using: &chance) where !payload.isEmpty {
        let place = Int.random(in: 0..<payload.count, using: &chance)
        switch Int.random(in: 0..<5, using: &chance) {
        case 0: payload[place] = known(bytes.randomElement(using: &chance))
        case 1: payload.remove(at: place)
        case 2: payload.insert(known(bytes.randomElement(using: &chance)), at: place)
        case 3:
          // A part comes again: names stand twice.
          let end = Int.random(in: place...min(payload.count, place + 60), using: &chance)
          payload.insert(contentsOf: payload[place..<end], at: end)
        default: payload.swapAt(place, Int.random(in: 0..<payload.count, using: &chance))
        }
      }
      let slow = judge(topic, payload, decodesAll: true)
      if case .store = slow { read += 1 }
      #expect(
        judge(topic, payload, decodesAll: false) == slow, "\(String(decoding: payload, as: UTF8.self))")
    }
    // Of the one without a number, none can be read.
    #expect(read > 0 || part == 3)
  }

  @Test func `an acknowledgement is the envelope that the contract writes`() throws {
    let writer = Acknowledgement(bootID: "0b-1", uptimeMilliseconds: 93, time: noon, clockSynced: true)
    let odd = Acknowledgement(bootID: "a\"b", uptimeMilliseconds: 93, time: noon, clockSynced: false)
    for body in [AckBody(stored: 412), AckBody(stored: 0, above: [known(SequenceRange(3, 9))])] {
      for (writer, boot, synced) in [(writer, "0b-1", true), (odd, "a\"b", false)] {
        let envelope = Envelope(
          gateway: gateway, seq: nil, bootID: boot, uptimeMilliseconds: 93, time: noon, clockSynced: synced,
          body: body)
        let message = writer.message(gateway, body)
        #expect(try message?.payload == envelope.payload())
        #expect(message?.topic == "kadomori/v1/\(gateway)/ack" && message?.expiry == .seconds(86_400))
      }
    }
  }
}
