import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

@testable import Firewall

/// Living beside the firewalls that people really have on a gateway.
///
/// firewalld is tried where it is installed: Debian's package would switch it on at the next start of the machine.
@Suite(.serialized) struct OthersTests {
  static let firewalls =
    ["openwrt-like"]
    + ["ufw", "firewalld"].filter { FileManager.default.isExecutableFile(atPath: "/usr/sbin/" + $0) }

  private static let plan: [(id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict)] = [
    ("cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now), ("cl-bbbbbbbb", ClosingTarget(.tcp(8443)), .now),
  ]

  @Test func `ufw is among them`() { #expect(Self.firewalls.contains("ufw")) }

  @Test(.timeLimit(.minutes(3)), arguments: firewalls)
  func `what it lets in is seen, closed beside it, and stays closed when it loads its rules anew`(
    _ firewall: String
  ) throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/22", "tcp/23", "tcp/25", "tcp/8080")
    try gateway.listen(in: "lan", "tcp/443")
    try start(firewall, gateway)
    try gateway.activate()
    let ports = "22,23,25,443,8080,8443"
    let before = try gateway.openPorts(ports)
    #expect(before == ["tcp/22", "tcp/23", "tcp/8080", "tcp/8443"])
    #expect(try reachable(gateway) == before)
    let lan = try gateway.openPorts(ports, at: "192.168.9.1", from: "lan")
    let foreign = try rulesOfOthers(gateway)
    #expect(foreign.count > 1000)

    try gateway.writePlan(Self.plan)
    let closed = try gateway.close("--all")
    #expect(closed.status == 0, "\(closed.text)")
    #expect(try gateway.openPorts(ports) == ["tcp/22", "tcp/8080"])
    #expect(try gateway.openPorts(ports, at: Gateway.wan6).isDisjoint(with: ["tcp/23"]))
    #expect(try gateway.openPorts(ports, at: "192.168.9.1", from: "lan") == lan)
    #expect(try rulesOfOthers(gateway) == foreign)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)

    try loadAnew(gateway)
    try gateway.until("the ports are closed beside the new rules") {
      try gateway.openPorts(ports) == ["tcp/22", "tcp/8080"] ? true : nil
    }
    let anew = try rulesOfOthers(gateway)
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try gateway.openPorts(ports) == before)
    #expect(try rulesOfOthers(gateway) == anew)
  }

  private func start(_ firewall: String, _ gateway: Gateway) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "firewall-of-others.sh").path
    try gateway.start(
      in: "gw",
      [
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", script, firewall,
        gateway.directory.path,
      ], log: "firewall.log")
    try gateway.until("\(firewall) is there", seconds: 60) {
      gateway.directory.read("firewall.log").hasSuffix("ready\n") ? true : nil
    }
  }

  private func loadAnew(_ gateway: Gateway) throws {
    let pipe = try #require(FileHandle(forWritingAtPath: gateway.directory.path + "/ask"))
    try pipe.write(contentsOf: Data("again\n".utf8))
    try gateway.until("it has loaded its rules", seconds: 60) {
      gateway.directory.read("firewall.log").hasSuffix("loaded\n") ? true : nil
    }
  }

  private func rulesOfOthers(_ gateway: Gateway) throws -> String {
    try gateway.rules("-j", "-s", "list", "tables").matches(
      of: /"family": "(\w+)", "name": "([\w-]+)"/
    ).filter { !$0.output.2.hasPrefix("kadomori") }.map { table in
      try gateway.rules("-s", "list", "table", String(table.output.1), String(table.output.2))
    }.joined()
  }

  /// What `kadomori exposures` says of TCP from the Internet.
  private func reachable(_ gateway: Gateway) throws -> Set<String> {
    struct Document: Decodable {
      struct Exposure: Decodable {
        struct Target: Decodable { var side: String, port: String }
        var target: Target
        var reachable: String
      }
      var exposures: [Exposure]
    }
    let told = try gateway.run(
      in: "gw",
      [Gateway.program, "exposures", "--json"] + gateway.options
        + ["--state", gateway.directory.path + "/state"]
        + ["--config", gateway.directory.path + "/kadomori.yaml"], errors: false)
    let document = try JSONDecoder().decode(Document.self, from: Data(told.text.utf8))
    return Set(
      document.exposures.filter {
        $0.target.side == "wan" && $0.reachable == "yes" && $0.target.port.hasPrefix("tcp/")
      }.map(\.target.port))
  }
}
