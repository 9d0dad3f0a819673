import Addresses
import Foundation
import Posture
import Testing

@Suite struct WallTimeTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-22T23:19:00Z", 1_795_389_540_000),
    ("2000-02-29T12:00:00.250Z", 951_825_600_250), ("1969-12-31T23:59:59Z", -1000),
  ])
  func knownTimes(text: String, milliseconds: Int64) {
    #expect(WallTime(text)?.milliseconds == milliseconds)
    #expect(WallTime(milliseconds: milliseconds).description == text)
  }

  @Test func agreesWithFoundation() throws {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for _ in 0..<500 {
      let time = WallTime(milliseconds: Int64.random(in: -2_000_000_000_000...4_000_000_000_000))
      let text =
        time.description.contains(".") ? time.description : String(time.description.dropLast()) + ".000Z"
      let date = try Date(text, strategy: style)
      #expect(abs(date.timeIntervalSince1970 * 1000 - Double(time.milliseconds)) < 1)
      #expect(WallTime(time.description) == time)
    }
  }

  @Test(arguments: [
    "", "2026-11-22", "2026-13-01T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:19:00+09:00",
    "2026-11-22T23:19:00.Z", "２０26-11-22T23:19:00Z",
  ])
  func refused(text: String) { #expect(WallTime(text) == nil) }
}

@Suite struct ReportCodingTests {
  private let camera = Device(
    id: "dev-a", mac: MACAddress("00:00:5e:00:53:01"), addresses: [.v4(IPv4Address(bits: 0xc000_020a))],
    names: ["玄関カメラ"], vendor: "Example", kind: .camera, model: "X1", firmware: "1.0", profile: "camera",
    confidence: 0.9, firstSeen: WallTime(milliseconds: 0), lastSeen: WallTime(milliseconds: 1000),
    services: [
      Service(
        port: .tcp(443), protocol: .http, tls: true, product: "nginx", version: "1.2", needed: .yes,
        facts: [.title: "門", .server: "nginx/1.2"])
    ])

  @Test func deviceRoundTripInContractWords() throws {
    let data = try JSONEncoder().encode(camera)
    #expect(try JSONDecoder().decode(Device.self, from: data) == camera)
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "id", "mac", "addresses", "names", "vendor", "kind", "model", "firmware", "profile", "confidence",
        "first_seen", "last_seen", "services",
      ])
    let service = try #require((object["services"] as? [[String: Any]])?.first)
    #expect(service["transport"] as? String == "tcp" && service["port"] as? Int == 443)
    #expect(service["protocol"] as? String == "http" && service["tls"] as? Bool == true)
    #expect((service["facts"] as? [String: String])?["title"] == "門")
  }

  /// Nothing that says who or where leaves at the default level of detail.
  @Test func defaultDetailKeepsThePersonOut() throws {
    let text = String(decoding: try JSONEncoder().encode(camera.atDefaultDetail), as: UTF8.self)
    for secret in ["00:00:5e", "192.0.2", "玄関", "門", "nginx", "Example", "X1", "1.0"] {
      #expect(!text.contains(secret), "\(secret) left the gateway")
    }
    #expect(text.contains("camera") && text.contains("\"port\":443"))
  }

  @Test func gradeFollowsTheWorstAndMissingDataIsNoFailure() {
    #expect(Grade(worst: nil, scanned: false) == .unknown)
    #expect(Grade(worst: nil, scanned: true) == .a)
    #expect(Severity.allCases.map { Grade(worst: $0, scanned: true) } == [.a, .b, .c, .d, .e])
  }
}
