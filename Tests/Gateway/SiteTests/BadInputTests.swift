import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// What goes wrong at a customer's: each case has its message and its documented exit code.
@Suite(.serialized) struct BadInputTests {
  private func expect(
    _ result: CommandResult, exit status: Int32, says words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == status, "\(result.errorText)", sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errorText.contains(word), "\(result.errorText)", sourceLocation: sourceLocation)
    }
    #expect(result.text.isEmpty, "data on standard output", sourceLocation: sourceLocation)
  }

  @Test(.timeLimit(.minutes(2))) func interfacesThatCannotBeScanned() throws {
    let site = try Site(.small)
    defer { site.down() }
    expect(try site.kadomori("scan", "--interface", "nosuch0"), exit: 3, says: "nosuch0", "lan0")
    expect(try site.kadomori("scan", "--interface", "lo"), exit: 69, says: "not an Ethernet-like link")
    for command in ["ip link add bare0 type veth peer name bare1", "ip link set bare1 up"] {
      _ = try site.lab.exec(in: "gw", command.split(separator: " ").map(String.init))
    }
    expect(try site.kadomori("scan", "--interface", "bare0"), exit: 69, says: "down")
    _ = try site.lab.exec(in: "gw", ["ip", "link", "set", "bare0", "up"])
    expect(try site.kadomori("scan", "--interface", "bare0"), exit: 69, says: "no IPv4 address")
    _ = try site.lab.exec(in: "gw", ["ip", "address", "add", "10.9.0.1/16", "dev", "bare0"])
    expect(try site.kadomori("scan", "--interface", "bare0"), exit: 69, says: "4096 addresses")

    let unprivileged = try site.lab.exec(
      in: "gw",
      ["setpriv", "--bounding-set", "-net_raw", Site.program("kadomori"), "scan", "--interface", "lan0"],
      environment: Site.environment)
    expect(unprivileged, exit: 77, says: "CAP_NET_RAW")
    expect(try site.kadomori("scan"), exit: 64, says: "--interface")
    expect(try site.kadomori("devices", "--state", site.directory), exit: 3, says: "kadomori scan")
  }

  /// Ctrl-C leaves a whole document of what was found so far.
  @Test(.timeLimit(.minutes(2))) func anInterruptedScanIsAValidDocument() throws {
    let site = try Site(.small)
    defer { site.down() }
    let output = site.directory + "/interrupted.json"
    let process = try site.lab.start(
      in: "gw",
      [
        "sh", "-c",
        "exec \(Site.program("kadomori")) scan --interface lan0 --json --state \(site.directory) 2>/dev/null",
      ],
      environment: Site.environment, log: output)
    // Sockets of its own show that probing has begun.
    _ = try site.until("the scan probes") { () -> Bool? in
      try site.lab.exec(in: "gw", ["ss", "-tanH"]).text.isEmpty ? nil : true
    }
    kill(process.pid, SIGINT)
    #expect(process.wait(atMost: .seconds(5)) == 130)
    let report = try JSONDecoder().decode(
      PostureReport.self, from: try Data(contentsOf: URL(fileURLWithPath: output)))
    #expect(!report.scan.complete && !report.devices.isEmpty)
  }

  /// Endless, binary and dripping banners, a device with every port open, two devices with one address, answers that grow
  /// when they are read, and answers in another's name.
  @Test(.timeLimit(.minutes(3))) func devicesThatMisbehaveEndNoScan() throws {
    let site = try Site(.hostile)
    defer { site.down() }
    let report = try site.scan()
    #expect(report.scan.complete)
    #expect(Set(report.devices.compactMap(\.mac)).count == site.lab.document.personas.count)
    let twins = report.findings.filter { $0.check == "address-conflict" && ($0.evidence.count ?? 0) >= 2 }
    #expect(twins.count == 2 && report.devices.allSatisfy(\.otherMACs.isEmpty), "two devices stay two")
    func device(_ name: String) throws -> Device {
      let mac = try #require(site.lab.persona(name)).mac
      return try #require(report.devices.first { $0.mac == mac })
    }
    let victim = try device("slow-drip")
    #expect(
      victim.kind != .router && !victim.services.contains { $0.port == .udp(1900) }, "nobody speaks for it")
    let bombs = try device("bombs")
    #expect(bombs.services.map(\.port).contains(.udp(1900)))
    #expect(bombs.names.allSatisfy { $0.count <= 160 })
    let text = try site.kadomori("scan", "--interface", "lan0", "--state", site.directory)
    #expect(text.status == 0)
    let steering = text.output.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f }
    #expect(!steering, "control characters of a device reached the terminal")
  }

  @Test func configurationIsCheckedWithPlaceAndAdvice() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    func check(_ text: String) throws -> CommandResult {
      let file = site.directory + "/kadomori.yaml"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      return try site.kadomori("config", "check", file)
    }
    expect(
      try check("lan:\n  - interfac: lan0\n"), exit: 78, says: "kadomori.yaml:2:", "did you mean 'interface'")
    expect(try check("lan:\n  - interface: [lan0"), exit: 78, says: "kadomori.yaml:", "line 2")
    expect(try check("broker: {host: a, port: 99999}\n"), exit: 78, says: "broker.port", "65535")
    expect(try check("limits: {packets_per_second: 5000}\n"), exit: 78, says: "1000")
    expect(try check("lan: [{interface: lan0, every: 5}]\n"), exit: 78, says: "unit")
    #expect(try check("# nothing yet\n").status == 0)
    #expect(
      try check(
        "lan: [{interface: lan0, every: 1h, exclude: [00:00:5e:00:53:01]}]\nquiet_hours: 22:00-06:00\n"
      ).status == 0)
    expect(try site.kadomori("config", "check", "/nonexistent.yaml"), exit: 78, says: "/nonexistent.yaml")

    let profile = site.directory + "/odd.yaml"
    try "id: odd\nrole: devise\n".write(toFile: profile, atomically: true, encoding: .utf8)
    let lint = try site.kadomori("profile", "lint", profile)
    #expect(lint.status == 65 && lint.text.contains("odd.yaml:2:") && lint.text.contains("device"))
    #expect(try site.kadomori("profile", "lint", Site.profiles).status == 0)
  }
}
