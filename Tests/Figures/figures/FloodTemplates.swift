import Addresses
import FleetContract
import Foundation
import Posture

/// Messages as gateways write them, with places for what differs, so that making one costs next to nothing.
struct FloodTemplates {
  private struct Template {
    var topic: String
    var pieces: [[UInt8]]
    var retain: Bool
  }

  private static let gateway = "gw-aaaaaaaaaaaaaaaa"
  private static let seq: Int64 = 4_242_424_242
  private var templates: [Template] = []

  init() throws {
    guard let id = GatewayID(Self.gateway) else { throw FloodError("a sample is not valid") }
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    func add(_ topic: Topic, _ payload: [UInt8], retain: Bool) throws {
      var pieces: [[UInt8]] = []
      var rest = payload[...]
      for mark in Self.marks(in: payload) {
        pieces.append(Array(rest[..<mark.lowerBound]))
        rest = payload[mark.upperBound...]
      }
      pieces.append(Array(rest))
      guard pieces.count == 3 else { throw FloodError("a sample does not have gateway and seq once") }
      templates.append(Template(topic: topic.description, pieces: pieces, retain: retain))
    }
    func envelope<Body: MessageBody>(_ body: Body) throws -> [UInt8] {
      try Envelope(
        gateway: id, seq: Self.seq, bootID: "0b1e9f", uptimeMilliseconds: 93_211, time: now,
        clockSynced: true,
        body: body
      ).payload()
    }
    // Four events, opened and closed in turn, then a posture.
    for round in 0..<2 {
      for (index, check) in ["telnet-open", "upnp-open", "old-firmware", "weak-tls"].enumerated() {
        let finding = Finding(
          check: check, severity: .high, device: "dev-\(round)\(index)", service: .tcp(UInt16(20 + index)),
          evidence: Evidence(protocol: .telnet), remedy: "close-telnet", since: now)
        for change in [FindingEvent.Change.opened, .closed] {
          try add(.gateway(id, .event(.finding)), try envelope(FindingEvent(change, finding)), retain: false)
        }
      }
      let summary = PostureSummary(of: [], agentVersion: "1.0")
      for _ in 0..<2 { try add(.gateway(id, .posture), try envelope(summary), retain: true) }
    }
  }

  /// Where the gateway and the number stand, in the order of their places.
  private static func marks(in payload: [UInt8]) -> [Range<Int>] {
    [Array(gateway.utf8), Array(String(seq).utf8)].compactMap { word in
      (0...(payload.count - word.count)).first { payload[$0..<($0 + word.count)].elementsEqual(word) }
        .map { $0..<($0 + word.count) }
    }.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Writes one record as an MQTT 3.1.1 PUBLISH of QoS 1 (section 3.3); the gateway's name stands before its number.
  func write(_ seq: Int64, of gateway: [UInt8], packet: UInt16, into bytes: inout [UInt8]) {
    let template = templates[Int(seq) % templates.count]
    let number = Array(String(seq).utf8)
    let topicLength = template.topic.utf8.count
    let length =
      2 + topicLength + 2 + template.pieces.reduce(0) { $0 + $1.count } + gateway.count + number.count
    bytes.append(template.retain ? 0x33 : 0x32)
    FloodSession.append(length: length, to: &bytes)
    bytes.append(UInt8(topicLength >> 8))
    bytes.append(UInt8(topicLength & 255))
    let start = bytes.count
    bytes.append(contentsOf: template.topic.utf8)
    // 'kadomori/v1/' stands before the gateway's name.
    bytes.replaceSubrange((start + 12)..<(start + 12 + gateway.count), with: gateway)
    bytes.append(UInt8(packet >> 8))
    bytes.append(UInt8(packet & 255))
    bytes.append(contentsOf: template.pieces[0])
    bytes.append(contentsOf: gateway)
    bytes.append(contentsOf: template.pieces[1])
    bytes.append(contentsOf: number)
    bytes.append(contentsOf: template.pieces[2])
  }
}
