import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// A device that goes away while it is looked at.
@Suite(.serialized) struct VanishingSiteTests {
  @Test(.timeLimit(.minutes(2))) func itIsLeftAloneAndReported() throws {
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
    #expect(scan.wait(atMost: .seconds(40)) == 0)
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
}
