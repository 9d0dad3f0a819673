import Addresses
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
    /// The names of Anna's key and of Beate's.
    let keys: [String]

    init(_ gateway: Gateway) throws {
      self.gateway = gateway
      let place = gateway.directory.path
      provider = try gateway.start(
        in: "wan",
        [Self.collector, "run", "--state", place + "/collector", "--listen", "198.51.100.2", "--plain"],
        log: "collector.log")
      let keys = try ["anna", "beate"].map { name in
        let key = try gateway.run(
          in: "wan", [Self.collector, "command-key", "create", "--out", place + "/\(name).pem"], errors: false
        )
        #expect(key.status == 0)
        return key.text
      }
      self.keys = try keys.map { String(try #require($0.firstMatch(of: /[0-9a-f]{16}/)).output) }
      try gateway.directory.write("state/operator-keys.json", "[\(keys.joined(separator: ","))]")
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
        [
          "env", "LANG=C.UTF-8", "KADOMORI_FIREWALL_SOCKET=\(place)/helper.sock",
          "KADOMORI_FIREWALL_STATE=\(place)/firewall", Gateway.program, "run",
        ]
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

    /// Signs a command with the keys of operators, and waits for what becomes of it.
    func command(_ words: String..., by operators: [String] = ["anna"]) throws -> (
      status: CInt, text: String
    ) {
      let place = gateway.directory.path
      return try gateway.run(
        in: "wan",
        [Self.collector, "command"] + words
          + operators.flatMap { ["--key", place + "/\($0).pem"] }
          + ["--gateway", name, "--wait", "--state", place + "/collector"])
    }

    /// What the collector says of the gateway.
    func overview() throws -> String {
      try gateway.run(
        in: "wan", [Self.collector, "gateway", name, "--state", gateway.directory.path + "/collector"]
      ).text
    }

    /// What the collector lists of events, the oldest first, without their times.
    func closingEvents() throws -> [String] {
      let listed = try gateway.run(
        in: "wan",
        [Self.collector, "events", name, "--state", gateway.directory.path + "/collector"])
      return listed.text.split(separator: "\n").reversed().compactMap { line in
        line.firstRange(of: "closing ").map { String(line[$0.lowerBound...]) }
      }
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

    let strangers = try remote.command("confirm", "--closing", String(id), by: ["beate"])
    #expect(strangers.status != 0 && strangers.text.contains("not-allowed"), "\(strangers) \(remote.log)")
    // Nor does an administrator confirm what an operator closed.
    #expect(
      try gateway.kadomori(
        "confirm", try #require(listed.text.firstMatch(of: /plan-[a-z2-7]{8}/)).output.description
      ).status == 77)
    #expect(try gateway.kadomori("closings", "--json").text.contains(#""hold" : "trial""#))
    try gateway.until("the collector knows how many are closed") {
      try remote.overview().contains(/kept closed +1 ports/) ? true : nil
    }
    let confirmed = try remote.command("confirm", "--closing", String(id))
    #expect(confirmed.status == 0, "\(confirmed) \(remote.log)")
    #expect(try gateway.kadomori("closings", "--json").text.contains("confirmed"))
    #expect(try gateway.openPorts("23,8080") == ["tcp/8080"])
    let undone = try remote.command("undo", "--closing", String(id))
    #expect(undone.status == 0, "\(undone) \(remote.log)")
    #expect(try gateway.openPorts("23,8080") == ["tcp/23", "tcp/8080"])

    let events = try gateway.until("the collector has been told") {
      let events = try remote.closingEvents()
      return events.last?.contains("closing undone") == true ? events : nil
    }
    #expect(
      events.map { $0.prefix { $0 != ":" } } == [
        "closing applied", "closing verified", "closing confirmed", "closing undone",
      ], "\(events)")
    #expect(events[0].contains("tcp/23 from the wan side, until ") && events[0].contains("hard_list"))
    #expect(events[1].contains("gateway reached, broker reached"), "\(events)")
    #expect(events[2].contains("by operator \(remote.keys[0])"), "\(events)")
    // What two have signed, either of them confirms.
    let both = try remote.command("close", "--service", "tcp/23", by: ["anna", "beate"])
    #expect(both.status == 0, "\(both)")
    #expect(try remote.command("confirm", "--closing", String(id), by: ["beate"]).status == 0)
    let names = remote.keys.sorted().joined(separator: " and ")
    try gateway.until("the collector names both") {
      try remote.closingEvents().contains {
        $0.hasPrefix("closing applied") && $0.contains("by operator \(names)")
      }
        ? true : nil
    }
    #expect(gateway.directory.read("messages").contains("/evt/closing "))
    #expect(!gateway.directory.read("state/outbox").contains("198.51.100"))

    #expect(gateway.directory.read("messages").contains("/twin/exposures "))
    #expect(try ContractTap.violations(in: gateway.directory.path + "/messages") == [])
    let strange = try remote.command("close", "--service", "tcp/2323")
    #expect(strange.status != 0 && strange.text.contains("not-planned"), "\(strange)")
  }

  /// Two terminals and the collector want some of the same ports, in the same moment: each order is carried out whole,
  /// or refused whole, and whoever closed is who confirms.
  @Test(.timeLimit(.minutes(3))) func `two terminals and the collector close at once`() throws {
    let gateway = try Gateway()
    try gateway.forgetNameServers()
    try gateway.listen("tcp/23", "tcp/2323", "tcp/8080")
    try gateway.activate()
    let place = gateway.directory.path
    let remote = try Remote(gateway)
    defer { remote.provider.kill(SIGTERM) }
    let ids: [String: Set<String>] = [
      "cl-aaaaaaaa": ["tcp/23"], "cl-bbbbbbbb": ["tcp/2323"], "cl-cccccccc": ["tcp/8080"],
    ]
    let allowed = try gateway.run(
      in: "gw",
      [
        Gateway.program, "consent", "grant", "close", "--by", "owner", "--state", place + "/state",
        "--runtime", place + "/run",
      ])
    #expect(allowed.status == 0, "\(allowed)")
    try gateway.writePlan([
      ("cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now), ("cl-bbbbbbbb", ClosingTarget(.tcp(2323)), .now),
      ("cl-cccccccc", ClosingTarget(.tcp(8080)), .now),
    ])
    try gateway.until("the agent has read what is allowed") {
      try remote.command("close", "--service", "tcp/23").text.contains("vetoed") ? nil : true
    }
    #expect(try gateway.kadomori("undo", "--all").status == 0)

    let collector = (
      part: "wan",
      words: [
        Remote.collector, "command", "close", "--service", "tcp/23", "--key", place + "/anna.pem",
        "--gateway", remote.name,
        "--wait", "--state", place + "/collector",
      ], wants: ["cl-aaaaaaaa"]
    )
    let terminals = [["cl-aaaaaaaa", "cl-bbbbbbbb"], ["cl-bbbbbbbb", "cl-cccccccc"]].map { wanted in
      (
        part: "gw",
        words: ["env", "-u", "SSH_CONNECTION", "LANG=C.UTF-8", Gateway.program, "close"] + wanted + [
          "--without", "dns", "--state", place + "/state", "--config", place + "/kadomori.yaml",
        ] + gateway.options, wants: wanted
      )
    }
    var winners: [String: Int] = [:]
    for round in 0..<6 {
      // A command takes its way through the broker: the later rounds give it a start over those who sit at the gateway.
      let far = try gateway.start(in: collector.part, collector.words, log: "far-\(round)")
      usleep(UInt32(round) * 80_000)
      let near = try terminals.enumerated().map {
        try gateway.start(in: $1.part, $1.words, log: "near-\($0)-\(round)")
      }
      let results = [far.wait()] + near.map { $0.wait() }
      let said = ["far-\(round)", "near-0-\(round)", "near-1-\(round)"].map(gateway.directory.read)
      let orders = zip([collector] + terminals, results)
      let closed = orders.filter { $1 == 0 }.flatMap { $0.0.wants }.sorted()
      #expect(
        !closed.isEmpty && Set(closed).count == closed.count, "each port by one alone: \(results) \(said)")
      #expect(results.dropFirst().allSatisfy { $0 == 0 || $0 == 77 }, "\(results) \(said)")
      #expect(results[0] == 0 || said[0].contains("not-allowed"), "\(said)")

      let listed = try gateway.kadomori("closings", "--json").text
      #expect(
        Set(listed.matches(of: /cl-[a-z]{8}/).map { String($0.output) }) == Set(closed), "\(listed) \(said)")
      let kernel = try gateway.rules("list", "set", "inet", "kadomori", "close_wan")
      #expect(
        Set(kernel.matches(of: /cl-[a-z]{8}/).map { String($0.output) }) == Set(closed), "\(kernel) \(said)")
      #expect(
        try gateway.openPorts("23,2323,8080")
          == Set(ids.filter { !closed.contains($0.key) }.values.joined()), "\(said)")
      for (order, status) in zip(["collector", "first", "second"], results) where status == 0 {
        winners[order, default: 0] += 1
      }
      if results[0] == 0, results[2] == 0 {
        // Both on trial, of one plan: each confirms what is theirs.
        #expect(try remote.command("confirm", "--closing", "cl-aaaaaaaa").status == 0)
        #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
        let kept = gateway.directory.read("firewall/closed.json")
        #expect(Set(kept.matches(of: /cl-[a-z]{8}/).map { String($0.output) }) == Set(closed), "\(kept)")
      }
      #expect(try gateway.kadomori("undo", "--all").status == 0)
    }
    #expect(winners.count > 1, "nobody was ever in another's way: \(winners)")
    print("closed at once, of 6 times: \(winners)")
  }
}
