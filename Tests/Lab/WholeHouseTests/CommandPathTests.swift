import BrokerFixture
import Foundation
import Lab
import SiteFixture
import Testing

/// From the operator's key to the gateway and back: real programs, a real broker.
@Suite(.serialized) struct CommandPathTests {
  /// An operator's keys, in files of their own.
  private struct Operators {
    let directory: String

    func file(_ name: String) -> String { directory + "/\(name).pem" }

    /// Makes a key and returns the entry that a gateway knows it by.
    func make(_ name: String) throws -> String {
      let output = directory + "/\(name).json"
      let status = try ChildProgram(
        Site.program("kadomori-collector"), ["command-key", "create", "--out", file(name)], output: output
      ).wait()
      #expect(status == 0)
      return try String(contentsOfFile: output, encoding: .utf8)
    }
  }

  /// A collector with its broker on loopback, and an agent that scans nothing.
  private final class Loopback {
    let directory: TemporaryDirectory
    let operators: Operators
    let port: UInt16
    let collector: ChildProgram
    let agent: ChildProgram
    let tap: ContractTap

    init(refuse: String = "") throws {
      directory = try TemporaryDirectory()
      port = try freePort()
      let operators = Operators(directory: directory.path)
      self.operators = operators
      let entries = try ["anna", "ben"].map { try operators.make($0) }
      _ = try operators.make("stranger")
      try FileManager.default.createDirectory(
        atPath: directory.path + "/agent", withIntermediateDirectories: true)
      try directory.write("agent/operator-keys.json", "[" + entries.joined(separator: ",") + "]")
      chmod(directory.path + "/agent/operator-keys.json", 0o644)
      let config = try directory.write(
        "kadomori.yaml", "broker: {host: 127.0.0.1, port: \(port)}\nrefuse_commands: [\(refuse)]\n")
      collector = try ChildProgram(
        Site.program("kadomori-collector"),
        ["run", "--state", directory.path + "/collector", "--listen", "127.0.0.1:\(port)"],
        output: directory.path + "/collector.log")
      try waitForListener(on: port)
      tap = try ContractTap(on: port)
      agent = try ChildProgram(
        Site.program("kadomori"),
        [
          "run", "--config", config, "--state", directory.path + "/agent", "--runtime",
          directory.path + "/run",
        ],
        output: directory.path + "/agent.log")
    }

    func run(_ program: String, _ arguments: [String]) throws -> (status: CInt, text: String) {
      let output = directory.path + "/output-\(UInt64.random(in: 0 ... .max))"
      let status = try ChildProgram(Site.program(program), arguments, output: output).wait()
      return (status, try String(contentsOfFile: output, encoding: .utf8))
    }

    func command(_ arguments: String...) throws -> (status: CInt, text: String) {
      try run("kadomori-collector", ["command"] + arguments + ["--state", directory.path + "/collector"])
    }

    func collectorSays(_ arguments: String...) throws -> (status: CInt, text: String) {
      try run("kadomori-collector", arguments + ["--state", directory.path + "/collector"])
    }

    /// Waits until the gateway is on line, and returns its name.
    func gateway() throws -> String {
      for _ in 0..<400 {
        let fleet = try collectorSays("fleet")
        if let line = fleet.text.split(separator: "\n").first(where: {
          $0.hasPrefix("gw-") && $0.contains("online")
        }) {
          return String(line.prefix(19))
        }
        usleep(50_000)
      }
      throw FixtureError("the gateway does not come: " + directory.read("agent.log"))
    }

    var agentLog: String { directory.read("agent.log") }

    func end() {
      agent.kill(SIGTERM)
      collector.kill(SIGTERM)
    }
  }

  @Test(.timeLimit(.minutes(3))) func `a command is carried out once, and only for those who may`() throws {
    let house = try Loopback(refuse: "release")
    defer { house.end() }
    let gateway = try house.gateway()
    let (anna, ben, stranger) = (
      house.operators.file("anna"), house.operators.file("ben"), house.operators.file("stranger")
    )

    let report = try house.command("report", "--gateway", gateway, "--key", anna, "--wait")
    #expect(report.status == 0 && report.text.contains("done"), "\(report)")

    func refused(_ reason: String, _ arguments: String...) throws {
      let said = try house.run(
        "kadomori-collector",
        ["command"] + arguments + [
          "--gateway", gateway, "--wait", "--state", house.directory.path + "/collector",
        ])
      #expect(said.status == 4 && said.text.contains(" \(reason) "), "\(said)")
    }
    try refused("unknown-key", "report", "--key", stranger)
    try refused("not-configured", "scan", "--key", anna)
    try refused("vetoed", "set-policy", "--scan-every", "3600", "--key", anna)
    try refused("too-few-signatures", "close", "--service", "tcp/23", "--key", anna)
    try refused("vetoed", "close", "--service", "tcp/23", "--key", anna, "--key", ben)
    try refused("vetoed", "release", "--key", anna)

    // A key that stays with its own program, and a roll-out.
    let signer = "\(Site.program("kadomori-collector")) command-key sign \(ben)"
    let staged = try house.command("report", "--all", "--signer", signer, "--stages", "1%,100%", "--json")
    #expect(staged.status == 0 && staged.text.contains("\"state\" : \"done\""), "\(staged)")
    #expect(try house.command("report", "--group", "area", "--key", anna).status == 3)

    // Both sides say what came.
    let status = try house.run(
      "kadomori",
      ["status", "--state", house.directory.path + "/agent", "--runtime", house.directory.path + "/run"])
    #expect(status.text.contains("report: done"), "\(status)")
    #expect(house.agentLog.contains("refused (too-few-signatures)"))
    #expect(try house.tap.violations() == [])
  }

  @Test(.timeLimit(.minutes(3))) func `a damaged memory refuses rather than forgets`() throws {
    let house = try Loopback()
    defer { house.end() }
    let gateway = try house.gateway()
    let key = house.operators.file("anna")
    #expect(try house.command("report", "--gateway", gateway, "--key", key, "--wait").status == 0)
    let path = house.directory.path + "/agent/commands.log"
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    #expect(whole.contains("\"state\":\"done\""))
    try whole.replacing("\"seq\":1", with: "\"seq\":0").write(toFile: path, atomically: true, encoding: .utf8)
    let refused = try house.command("report", "--gateway", gateway, "--key", key, "--wait")
    #expect(refused.status == 4 && refused.text.contains(" memory "), "\(refused)")
    let status = try house.run(
      "kadomori",
      ["status", "--state", house.directory.path + "/agent", "--runtime", house.directory.path + "/run"])
    #expect(status.text.contains("is damaged"), "\(status)")
    try whole.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try house.command("report", "--gateway", gateway, "--key", key, "--wait").status == 0)
  }

  @Test(.timeLimit(.minutes(3))) func `an operator's scan finds what is on the LAN`() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    let operators = Operators(directory: site.directory)
    let entry = try operators.make("anna")
    try FileManager.default.createDirectory(
      atPath: site.directory + "/state", withIntermediateDirectories: true)
    let keys = site.directory + "/state/operator-keys.json"
    try "[\(entry)]".write(toFile: keys, atomically: true, encoding: .utf8)
    let state = site.directory + "/collector"
    func ask(_ arguments: [String]) throws -> CommandResult {
      try site.lab.exec(
        in: "internet", [Site.program("kadomori-collector")] + arguments + ["--state", state],
        limit: .seconds(120))
    }
    let collector = try site.lab.start(
      in: "internet",
      [Site.program("kadomori-collector"), "run", "--state", state, "--listen", "198.51.100.1", "--plain"],
      log: site.directory + "/collector.log")
    let agent = try site.startAgent("lan: [{interface: lan0, every: 1h}]\nbroker: {host: 198.51.100.1}\n")
    let gateway = try site.until("the first posture", seconds: 90) { () -> String? in
      let fleet = try ask(["fleet", "--json"])
      guard fleet.status == 0 else { return nil }
      let document = try JSONSerialization.jsonObject(with: fleet.output) as? [String: Any]
      let first = (document?["gateways"] as? [[String: Any]])?.first
      return first?["posture"] is [String: Any] ? first?["gateway"] as? String : nil
    }
    let heard = site.directory + "/messages"
    let tap = try site.lab.start(in: "internet", ContractTap.listener(host: "198.51.100.1"), log: heard)
    let scan = try ask([
      "command", "scan", "--interface", "lan0", "--gateway", gateway, "--key", operators.file("anna"),
      "--wait",
    ])
    #expect(scan.status == 0, "\(String(decoding: scan.output, as: UTF8.self))")
    let log = try String(contentsOfFile: site.directory + "/agent.log", encoding: .utf8)
    #expect(log.components(separatedBy: "scanning lan0").count - 1 == 2)
    agent.stop()
    collector.stop()
    tap.stop()
    #expect(try ContractTap.violations(in: heard) == [])
  }
}
