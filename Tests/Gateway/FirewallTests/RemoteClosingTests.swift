import BrokerFixture
import Foundation
import Posture
import Testing

/// Plan, close, confirm and undo on the word of an operator, from the signature to the packet.
@Suite(.serialized) struct RemoteClosingTests {
  /// A collector beyond the WAN with a key, and an agent on the gateway that reports to it.
  private struct Remote {
    let gateway: Gateway
    let name: String
    /// Ended in order, so that its broker ends with it.
    let provider: ChildProgram

    init(_ gateway: Gateway) throws {
      self.gateway = gateway
      let place = gateway.directory.path
      provider = try gateway.start(
        in: "wan",
        [Self.collector, "run", "--state", place + "/collector", "--listen", "198.51.100.2", "--plain"],
        log: "collector.log")
      let key = try gateway.run(
        in: "wan", [Self.collector, "command-key", "create", "--out", place + "/anna.pem"], errors: false)
      #expect(key.status == 0)
      try gateway.directory.write("state/operator-keys.json", "[\(key.text)]")
      // Two operators for closing are the default, and have their own tests.
      try gateway.directory.write("state/command-policy.json", "{\"two_signatures\":[]}")
      for file in ["operator-keys.json", "command-policy.json"] { chmod(place + "/state/" + file, 0o600) }
      try gateway.directory.write(
        "kadomori.yaml", "lan: [{interface: lan0, every: 1h}]\nbroker: {host: 198.51.100.2}\n")
      try gateway.until("the broker is there") {
        gateway.directory.read("collector.log").contains("connected to") ? true : nil
      }
      try gateway.start(in: "wan", ContractTap.listener(host: "198.51.100.2"), log: "messages")
      try gateway.until("the broker is listened to") {
        gateway.directory.read("messages").contains("/_collector/") ? true : nil
      }
      try gateway.start(
        in: "gw",
        ["env", "LANG=C.UTF-8", "KADOMORI_FIREWALL_SOCKET=\(place)/helper.sock", Gateway.program, "run"]
          + ["--config", place + "/kadomori.yaml", "--state", place + "/state", "--runtime", place + "/run"],
        log: "agent.log")
      name = try gateway.until("the gateway reports", seconds: 40) {
        let fleet = try gateway.run(
          in: "wan", [Self.collector, "fleet", "--state", place + "/collector"])
        return fleet.text.split(separator: "\n").first { $0.hasPrefix("gw-") && $0.contains("online") }.map {
          String($0.prefix(19))
        }
      }
    }

    static var collector: String { Gateway.program.replacing(/kadomori$/, with: "kadomori-collector") }

    /// Signs a command, and waits for what becomes of it.
    func command(_ words: String...) throws -> (status: CInt, text: String) {
      let place = gateway.directory.path
      return try gateway.run(
        in: "wan",
        [Self.collector, "command"] + words
          + ["--gateway", name, "--key", place + "/anna.pem", "--wait", "--state", place + "/collector"])
    }

    var log: String { gateway.directory.read("agent.log") }
  }

  @Test(.timeLimit(.minutes(3))) func `an operator closes a port from afar, where the owner allows it`()
    throws
  {
    let gateway = try Gateway()
    try gateway.forgetNameServers()
    try gateway.listen("tcp/23", "tcp/8080")
    try gateway.activate()
    let remote = try Remote(gateway)
    defer { remote.provider.kill(SIGTERM) }
    let state = ["--state", gateway.directory.path + "/state", "--runtime", gateway.directory.path + "/run"]

    let plan = try remote.command("plan")
    #expect(plan.status == 0 && plan.text.contains("done"), "\(plan) \(remote.log)")
    let vetoed = try remote.command("close", "--service", "tcp/23")
    #expect(vetoed.status != 0 && vetoed.text.contains("vetoed"), "\(vetoed)")
    #expect(try gateway.openPorts("23,8080") == ["tcp/23", "tcp/8080"])

    let allowed = try gateway.run(
      in: "gw",
      ["env", "LANG=C.UTF-8", Gateway.program, "consent", "grant", "close", "--by", "owner"] + state)
    #expect(allowed.status == 0, "\(allowed)")
    let closed = try gateway.until("the agent has read what is allowed") {
      let closed = try remote.command("close", "--service", "tcp/23")
      return closed.text.contains("vetoed") ? nil : closed
    }
    #expect(closed.status == 0 && closed.text.contains("done"), "\(closed) \(remote.log)")
    #expect(try gateway.openPorts("23,8080") == ["tcp/8080"])
    let listed = try gateway.kadomori("closings", "--json")
    let id = try #require(listed.text.firstMatch(of: /cl-[a-z2-7]{8}/)).output

    let confirmed = try remote.command("confirm", "--closing", String(id))
    #expect(confirmed.status == 0, "\(confirmed) \(remote.log)")
    #expect(try gateway.kadomori("closings", "--json").text.contains("confirmed"))
    #expect(try gateway.openPorts("23,8080") == ["tcp/8080"])
    let undone = try remote.command("undo", "--closing", String(id))
    #expect(undone.status == 0, "\(undone) \(remote.log)")
    #expect(try gateway.openPorts("23,8080") == ["tcp/23", "tcp/8080"])

    #expect(gateway.directory.read("messages").contains("/twin/exposures "))
    #expect(try ContractTap.violations(in: gateway.directory.path + "/messages") == [])
    let strange = try remote.command("close", "--service", "tcp/2323")
    #expect(strange.status != 0 && strange.text.contains("not-planned"), "\(strange)")
  }
}
