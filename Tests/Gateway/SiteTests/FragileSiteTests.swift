import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// Devices that bear little, and those that go away while they are looked at.
@Suite(.serialized) struct FragileSiteTests {
  @Test(.timeLimit(.minutes(4))) func itIsLeftAloneAndReported() throws {
    let site = try Site(.small)
    defer { site.down() }
    let box = try #require(site.lab.persona("telnet"))
    let capture = try Capture(site)
    let output = site.directory + "/vanishing.json"
    let scan = try site.lab.start(
      in: "gw",
      [
        "sh", "-c",
        "exec \(Site.program("kadomori")) scan --interface lan0 --json --state \(site.directory) 2>/dev/null",
      ],
      environment: Site.environment, log: output)
    _ = try site.until("its ports are asked") { () -> Bool? in
      try site.lab.exec(in: "gw", ["ss", "-tanH", "dst", "\(box.address)"]).text.isEmpty ? nil : true
    }
    _ = try site.lab.exec(in: "telnet", ["ip", "link", "set", "eth0", "down"])
    let gone = Date().timeIntervalSince1970
    #expect(scan.wait(atMost: .seconds(100)) == 0)
    let report = try JSONDecoder().decode(
      PostureReport.self, from: try Data(contentsOf: URL(fileURLWithPath: output)))
    let device = try #require(report.devices.first { $0.mac == box.mac })
    #expect(device.remarks == [.stoppedAnswering])
    #expect(report.findings.contains { $0.check == "stopped-answering" && $0.device == device.id })
    // Two dozen silent ports in a row, what was under way, and the questions whether it is still there.
    let late = try capture.packets().filter {
      $0.time > gone + 0.2 && $0.destination == .v4(box.address) && $0.isProbe
    }
    #expect(late.count <= 120, "\(late.count) probes to a device that is gone")
    #expect(report.devices.count == site.lab.document.personas.count)
  }

  /// A device that takes longer and longer to answer is asked a quarter, one connection at a time, and named.
  @Test(.timeLimit(.minutes(4))) func aDeviceThatBecomesSlowIsAskedLess() throws {
    let site = try Site(.small)
    defer { site.down() }
    let box = try #require(site.lab.persona("telnet"))
    let log = site.directory + "/slow-wire.log"
    func said(_ word: String) -> String? {
      (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").map(String.init)
        .first { $0.hasPrefix(word) }
    }
    let wire = try site.lab.start(
      in: "telnet", ["python3", Self.slowWire, "\(box.address)/24", "40", "0.25"], log: log)
    defer { wire.stop() }
    _ = try site.until("the slow wire is there") { said("ready") }
    let capture = try Capture(site)
    let report = try site.scan()
    let slow = try #require(said("slow").flatMap { Double($0.dropFirst(5)) })
    let device = try #require(report.devices.first { $0.mac == box.mac })
    #expect(device.remarks == [.slowedDown])
    #expect(report.findings.contains { $0.check == "slowed-down" && $0.device == device.id })
    #expect(report.findings.count { $0.check == "slowed-down" } == 1, "others are not blamed")
    #expect(device.services.contains { $0.port.number == 23 }, "it is still asked to the end")
    // It takes sixteen late answers to be sure.
    let attempts = try capture.packets().filter { $0.isSYN && $0.destination == .v4(box.address) }.map(\.time)
    let late = attempts.filter { $0 > slow + 3 }
    let most = late.map { start in late.count { $0 >= start && $0 < start + 1 } }.max() ?? 0
    #expect(late.count > 40 && most <= 10, "\(most) of \(late.count) attempts in one second")
  }

  private static let slowWire = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "slow-wire.py").path

  /// A controller that accepts few connections is never held by more than one of ours, whatever else it has open.
  @Test(.timeLimit(.minutes(4))) func aControllerIsHeldByOneConnection() throws {
    let site = try Site(.home, only: ["plc-modbus"])
    defer { site.down() }
    let controller = try #require(site.lab.persona("plc-modbus"))
    let pages = ["80", "8000", "8080", "8888"]
    let servers = try pages.map {
      try site.lab.start(in: "plc-modbus", ["busybox", "httpd", "-f", "-p", $0, "-h", "/"])
    }
    defer { servers.forEach { $0.stop() } }
    for page in pages {
      _ = try site.until("the page on \(page) is there") { () -> Bool? in
        try site.lab.exec(in: "plc-modbus", ["ss", "-tlnH", "sport", "= :\(page)"]).text.isEmpty ? nil : true
      }
    }
    let capture = try Capture(site)
    let report = try site.scan()
    var open: Set<UInt16> = []
    // After our end we still acknowledge the device's.
    var ended: Set<UInt16> = []
    var (made, most) = (0, 0)
    for packet in try capture.packets()
    where packet.destination == .v4(controller.address) && packet.port?.transport == .tcp {
      if packet.isEnd {
        open.remove(packet.sourcePort)
        ended.insert(packet.sourcePort)
      } else if packet.tcpFlags & 0x12 == 0x10, !ended.contains(packet.sourcePort),
        open.insert(packet.sourcePort).inserted
      {
        // Our acknowledgement makes the connection.
        made += 1
      }
      most = max(most, open.count)
    }
    let device = try #require(report.devices.first { $0.mac == controller.mac })
    #expect(device.services.filter { $0.port.transport == .tcp }.count == pages.count + 1)
    #expect(made > pages.count && most == 1, "\(most) of \(made) connections at once")
  }
}
