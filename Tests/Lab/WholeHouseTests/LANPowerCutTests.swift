import Addresses
import BrokerFixture
import Foundation
import Posture
import SiteFixture
import Testing

/// A power cut as the wire sees it on both sides of one gateway with twelve devices behind it.
@Suite(.serialized, .timeLimit(.minutes(3))) struct LANPowerCutTests {
  private struct Seen {
    var number: Int
    /// Seconds that the kernel was told to hold it; 0 for who is not held.
    var planned: Int
    var tried: Int
    var passed: Int
    /// Seconds from the first attempt of anybody to the first that passed.
    var seconds: Double

    init?(_ line: Substring) {
      let words = line.split(separator: " ")
      guard words.count == 6, words[0] == "device", let number = Int(words[1]), let planned = Int(words[2]),
        let tried = Int(words[3]), let passed = Int(words[4]), let seconds = Double(words[5])
      else { return nil }
      (self.number, self.planned, self.tried, self.passed, self.seconds) = (
        number, planned, tried, passed, seconds
      )
    }
  }

  /// What the gateway knew of the house before: half of it may wait, and the other half never does.
  private static let house: [(kind: DeviceKind, profile: String?)] = [
    (.printer, "printer-cups"), (.tv, "television"), (.nas, "nas-shared-folders"),
    (.recorder, "video-recorder"), (.speaker, "music-player"), (.appliance, "aircon-echonet"),
    (.phone, "phone-sip"), (.computer, nil), (.hub, nil), (.meter, nil), (.plc, "plc-s7"), (.unknown, nil),
  ]

  @Test(.enabled(if: geteuid() == 0))
  func `what may wait comes back one after the other, and nobody else waits at all`() throws {
    let directory = try TemporaryDirectory()
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let devices = Self.house.enumerated().map { index, device in
      Posture.Device(
        id: "dev-\(index)", mac: MACAddress(bits: 0x0200_0000_0201 + UInt64(index)), kind: device.kind,
        profile: device.profile)
    }
    let report = PostureReport(
      scan: ScanFacts(
        interface: "lan0", networks: [], started: WallTime(milliseconds: 0), durationMilliseconds: 1,
        complete: true), devices: devices, findings: [])
    try directory.write("posture.json", String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    let result = try run(
      "unshare",
      [
        "--net", "--mount", "--propagation", "private", "bash", here.path() + "lan-power-cut.sh",
        Site.program("kadomori"), directory.path,
        here.appending(path: "../../../firmware-profiles").standardizedFileURL.path(),
      ], in: directory)
    let lines = result.text.split(separator: "\n")
    let seen = lines.compactMap { Seen($0) }
    try #require(result.status == 0 && seen.count == 12, "\(result)")

    let held = seen.filter { $0.number <= 6 }
    for device in seen where device.number > 6 {
      #expect(device.planned == 0 && device.tried == 1 && device.passed == 1, "\(device)")
    }
    for device in held {
      #expect((1...8).contains(device.planned) && device.passed == 1, "\(device)")
      // The kernel's seconds have begun a little before the first attempt.
      if device.planned >= 3 {
        #expect(device.tried > 1, "\(device)")
        #expect(seen.allSatisfy { $0.planned > 0 || $0.seconds < device.seconds }, "\(device)")
      }
      for later in held where later.planned >= device.planned + 2 {
        #expect(device.seconds < later.seconds, "\(device) before \(later)")
      }
    }
    let gateway = try #require(lines.first { $0.hasPrefix("gateway ") }).split(separator: " ")
    #expect((Int(gateway[1]) ?? 99) <= 8 && gateway[2] == "1" && gateway[3] == "1970", "\(gateway)")

    let json = directory.read("status.json")
    #expect(try Schemas.faults(of: json, by: "agent-status") == "")
    let document = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let start = try #require(document?["start"] as? [String: Any])
    // Phone and computer carry their power with them.
    let lan = try #require(start["lan"] as? [String: Any])
    #expect(lan["known"] as? Int == 10 && lan["started_anew"] as? Int == 10, "\(lan)")
    #expect(start["cause"] as? String == "power_loss")
    #expect((start["evidence"] as? [String])?.contains("lan_started_anew") == true, "\(start)")
  }
}
