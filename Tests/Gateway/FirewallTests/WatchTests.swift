import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

@testable import Firewall

/// The helper while others change the firewall, and what it learns and blocks.
@Suite(.serialized) struct WatchTests {
  private static let telnet: (id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict) = (
    "cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now
  )
  private static let web: (id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict) = (
    "cl-bbbbbbbb", ClosingTarget(.tcp(8080)), .ask
  )

  private func isClosed(_ gateway: Gateway, _ id: String) throws -> Bool {
    try gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains(id)
  }

  @Test(.timeLimit(.minutes(1))) func whatOthersFlushComesBackUntilItIsAFight() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.telnet, Self.web])
    #expect(try gateway.close("cl-bbbbbbbb").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    // As the start of nftables.service does; then as somebody who empties a set, or a chain of rules.
    for words in [
      ["flush", "ruleset"], ["flush", "set", "inet", "kadomori", "close_wan"],
      ["flush", "chain", "inet", "kadomori", "arrive"],
    ] {
      _ = try gateway.run(in: "gw", ["nft"] + words)
      try gateway.until("what was removed is back", seconds: 3) {
        let rules = try gateway.rules("list", "table", "inet", "kadomori")
        return ["cl-aaaaaaaa", "cl-bbbbbbbb", "@close_wan drop"].allSatisfy(rules.contains) ? true : nil
      }
    }
    // A trial that comes back ends when it would have ended.
    #expect(try gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains("timeout 1m"))
    for count in 1...3 {
      _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
      if count < 3 {
        try gateway.until("it is back once more", seconds: 3) {
          try isClosed(gateway, "cl-bbbbbbbb") ? true : nil
        }
      }
    }
    try gateway.until("it gives in and says so", seconds: 5) {
      gateway.directory.read("helper.log").contains("ALARM") ? true : nil
    }
    #expect(try !isClosed(gateway, "cl-bbbbbbbb"))
    #expect(try gateway.kadomori("closings").text.contains("ALARM"))
    #expect(try gateway.kadomori("closings", "--json").text.contains(#""contested" : true"#))
    #expect(gateway.directory.read("firewall/changes.jsonl").contains(#""event":"alarm""#))
  }

  @Test(.timeLimit(.minutes(1))) func theHelperLivesAsLongAsItIsNeeded() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.telnet, Self.web])
    #expect(try gateway.close("cl-aaaaaaaa", "--for", "6s").status == 0)
    #expect(try gateway.kadomori("closings").text.contains("on trial"))
    let helper = try #require(gateway.helper)
    try gateway.until("it ends after the trial") { kill(helper, 0) == 0 ? nil : true }
    // A helper that was killed is followed by one that knows the trial, and that it can be confirmed.
    #expect(try gateway.close("cl-bbbbbbbb").status == 0)
    let second = try #require(gateway.helper)
    kill(second, SIGKILL)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(gateway.helper != second)
    #expect(gateway.directory.read("firewall/closed.json").contains("cl-bbbbbbbb"))
  }

  /// The kernel drops events for a reader that is too slow; then it has to look for itself.
  @Test(.timeLimit(.minutes(1))) func lostEventsAreNoReasonToStayOpen() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.telnet])
    #expect(try gateway.close("--all").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    let helper = try #require(gateway.helper)
    kill(helper, SIGSTOP)
    let noise = (1...5000).map { "add element inet noise ports { \($0) }" }.joined(separator: "\n")
    try gateway.nft("add table inet noise\nadd set inet noise ports { type inet_service; }\n" + noise)
    _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
    #expect(try !isClosed(gateway, "cl-aaaaaaaa"))
    kill(helper, SIGCONT)
    try gateway.until("it is back", seconds: 4) { try isClosed(gateway, "cl-aaaaaaaa") ? true : nil }
    #expect(gateway.helper == helper)
  }

  @Test(.timeLimit(.minutes(1))) func aLeaseIsRenewed() throws {
    let gateway = try Gateway()
    let keeper = Keeper(
      nft: try NFTables(program: try gateway.nftProgram()),
      store: ClosedStore(directory: gateway.directory.path + "/firewall"),
      history: ClosingHistory(directory: gateway.directory.path + "/firewall", bootID: "b"), bootID: "b")
    let order = CloseOrder(
      plan: gateway.plan, bootID: "b", entries: [.init(id: "cl-aaaaaaaa", target: Self.telnet.target)],
      seconds: 60, sides: Sides(wan: ["wan0"], lan: ["lan0"]), session: nil, cutsFlows: false)
    _ = try keeper.close(order, by: Initiator(user: 0))
    _ = try keeper.confirm(gateway.plan, by: Initiator(user: 0))
    #expect(try gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains("expires 6d23h59m"))
    let element = "element inet kadomori close_wan { tcp . 23"
    try gateway.nft(
      "delete \(element) }\nadd \(element) timeout 90s comment \"kept cl-aaaaaaaa \(gateway.plan) 0\" }")
    try keeper.renew()
    #expect(try gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains("expires 6d23h59m"))
  }

  /// From the command to the rule in the kernel, the start of the helper included: printed, for whoever wants to know.
  @Test(.timeLimit(.minutes(1))) func howLongClosingTakes() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.telnet])
    try measure(gateway, "without a check", ["--without", "gateway", "--without", "session"])
    // To the end of the command, with what is tried before and after.
    try measure(gateway, "with the router tried before and after", [])
  }

  /// Prints the time in microseconds of the wall clock when the kernel tells its group of nftables events (7) of a new
  /// element (NFT_MSG_NEWSETELEM, 12) of what is closed; `nft monitor` would tell it some milliseconds later.
  private static let monitor = """
    import socket, struct, time
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    events.bind((0, 0))
    events.setsockopt(270, 1, 7)
    print("ready", flush=True)
    while True:
        told, now, place = events.recv(1 << 18), time.time_ns() // 1000, 0
        while place + 16 <= len(told):
            length, kind = struct.unpack_from("=IH", told, place)
            if kind == 10 << 8 | 12 and b"kadomori\\0" in told[place:place + length] and b"close_" in told[place:place + length]:
                print(now, flush=True)
            place += (length + 3) & ~3
    """

  /// Measures from when a shell starts the command to when the kernel tells of the closed port, and to the command's end.
  private func measure(_ gateway: Gateway, _ what: String, _ words: [String]) throws {
    let log = "monitor-\(words.count).log"
    let monitor = try gateway.start(in: "gw", ["python3", "-c", Self.monitor], log: log)
    defer { monitor.kill(SIGTERM) }
    try gateway.until("the monitor runs") { gateway.directory.read(log).contains("ready") ? true : nil }
    var (enforced, ended): ([Int64], [Int64]) = ([], [])
    for _ in 0..<20 {
      if let helper = gateway.helper {
        kill(helper, SIGTERM)
        try gateway.until("the helper has ended") { kill(helper, 0) == 0 ? nil : true }
      }
      let closed = try gateway.timedClose(["--all"] + words)
      ended.append(closed.ended - closed.began)
      #expect(try closed.status == 0 && isClosed(gateway, "cl-aaaaaaaa"))
      let told = try gateway.until("the kernel tells of it") { () -> Int64? in
        gateway.directory.read(log).split(separator: "\n").compactMap { Int64($0) }.first {
          $0 > closed.began
        }
      }
      enforced.append(told - closed.began)
      #expect(try gateway.kadomori("undo", "--all").status == 0)
    }
    func text(_ times: [Int64]) -> String {
      let sorted = times.sorted().map { Double($0 / 10) / 100 }
      return "median \(sorted[10]) ms, slowest \(sorted[19]) ms"
    }
    print(
      "close to enforced, helper start included, \(what): \(text(enforced)); to the command's end \(text(ended))"
    )
  }

  @Test(.timeLimit(.minutes(1))) func whatIsPrintedSatisfiesItsSchema() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.telnet, Self.web])
    let close = try gateway.close("--all", "--json")
    let confirm = try gateway.kadomori("confirm", gateway.plan, "--json")
    for document in [close, confirm, try gateway.kadomori("closings", "--json")] {
      #expect(document.text.contains("left_s"))
      // Beside the document is talk for people, on the other channel.
      let text = document.text.components(separatedBy: "\nto keep this")[0]
      #expect(try Schemas.faults(of: text, by: "closings") == "")
    }
  }

  @Test(.timeLimit(.minutes(1))) func onlyRealUseIsLearnt() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/23", "tcp/8080")
    try gateway.listen(in: "lan", "tcp/443")
    try gateway.nft(
      """
      table ip nat-like {
        chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local tcp dport 8443 dnat to 192.168.9.2:443; }
      }
      """)
    try gateway.activate()
    let sides = #"{"use":{"_0":{"wan":["wan0"],"lan":["lan0"]}}}"#
    #expect(try gateway.ask(sides).contains("used_wan"))
    _ = try gateway.openPorts("23,8080,8443")
    #expect(try !gateway.rules("list", "set", "inet", "kadomori_use", "used_wan").contains("tcp ."))
    #expect(try gateway.answers(23))
    #expect(try gateway.answers(8443))
    #expect(try gateway.answers(443, at: Gateway.device6))
    let used = try gateway.rules("list", "table", "inet", "kadomori_use")
    for element in ["tcp . 23 ", "tcp . 8443 ", "192.168.9.2 . tcp . 443 ", "2001:db8:9::2 . tcp . 443 "] {
      #expect(used.contains(element), "\(used)")
    }
    #expect(!used.contains("tcp . 8080 "))
    // Asked again, it goes on where it was.
    #expect(try gateway.ask(sides).contains(#""tcp", 23"#))
  }

  /// Who forgets what was used must not have it closed as unused.
  @Test(.timeLimit(.minutes(1))) func forgettingBeginsTheTimeOfLearningAnew() throws {
    struct Document: Decodable {
      struct Learned: Decodable { var port: String }
      var learned: [Learned]
      var learning_s: Int?
    }
    let gateway = try Gateway()
    try gateway.listen("tcp/8080")
    try gateway.activate()
    func exposures(_ words: String...) throws -> Document {
      let answer = try gateway.run(
        in: "gw",
        [Gateway.program, "exposures", "--json"] + words + gateway.options
          + ["--state", gateway.directory.path + "/state"]
          + ["--config", gateway.directory.path + "/kadomori.yaml"],
        errors: false)
      #expect(answer.status == 0)
      return try JSONDecoder().decode(Document.self, from: Data(answer.text.utf8))
    }
    #expect(try exposures().learning_s == 0)
    #expect(try gateway.answers(8080))
    // As if the table had been there for twenty days.
    let note = "state/learning.json"
    try gateway.directory.write(
      note, gateway.directory.read(note).replacing(/"since_ms":\d+/, with: #""since_ms":-1728000000"#))
    let before = try exposures()
    #expect(before.learned.map(\.port) == ["tcp/8080"] && before.learning_s ?? 0 >= 1_728_000)
    let after = try exposures("--forget-use")
    #expect(after.learned.isEmpty && after.learning_s == 0)
    #expect(try gateway.answers(8080))
    #expect(try exposures().learned.map(\.port) == ["tcp/8080"])
  }

  @Test(.timeLimit(.minutes(2))) func aHundredThousandIndicatorsFit() throws {
    let gateway = try Gateway()
    try gateway.listen(in: "wan", "tcp/443", "tcp/1883")
    try gateway.activate()
    #expect(try gateway.answers(443, at: "198.51.100.2", from: "gw"))
    let sides = #"{"wan":["wan0"],"lan":["lan0"]}"#
    let own = #"[{"address":"203.0.113.9","port":"tcp/1883"}]"#
    // What must never be blocked stands in the list too: private, own and unusable addresses.
    var addresses = ["192.168.9.2", "127.0.0.1", "224.0.0.1", "203.0.113.9", "fe80::1", "198.51.100.2"]
    addresses += (0..<100_000).map { "\($0 / 50_000 + 1).\($0 / 250 % 200).\($0 % 250 + 1).7" }
    var taken = 0
    let start = ContinuousClock.now
    for first in stride(from: 0, to: addresses.count, by: 4096) {
      let chunk = addresses[first..<min(first + 4096, addresses.count)].map { "\"\($0)\"" }.joined(
        separator: ",")
      let answer = try gateway.ask(
        #"{"loadIndicators":{"_0":{"begins":\#(first == 0),"addresses":[\#(chunk)],"own":\#(own),"sides":\#(sides)}}}"#
      )
      taken += Int(answer.filter(\.isNumber).dropFirst()) ?? 0
    }
    let time = ContinuousClock.now - start
    let helper = try #require(gateway.helper)
    let status = try String(contentsOfFile: "/proc/\(helper)/status", encoding: .utf8)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    print("100,000 indicators: \(time), helper \(peak)")
    #expect(taken == 100_001)
    #expect(try !gateway.answers(443, at: "198.51.100.2", from: "gw"))
    #expect(try !gateway.answers(443, at: "198.51.100.2", from: "lan"))
    let table =
      try gateway.rules("list", "set", "inet", "kadomori_indicators", "host4")
      + gateway.rules("list", "set", "inet", "kadomori_indicators", "host6")
    #expect(table.contains("198.51.100.2"))
    #expect(!table.contains("192.168.9.2") && !table.contains("127.0.0.1") && !table.contains("fe80::1"))
    // Reading the closings stays quick beside them; and a list with too many in one piece is refused.
    #expect(try gateway.kadomori("closings").status == 0)
    let many = (0..<4097).map { _ in "\"1.1.1.1\"" }.joined(separator: ",")
    #expect(
      try gateway.ask(
        #"{"loadIndicators":{"_0":{"begins":true,"addresses":[\#(many)],"own":[],"sides":\#(sides)}}}"#
      ).contains("at most 4096"))
  }

  @Test(.timeLimit(.minutes(1))) func nonsenseIsAnsweredAndHarmless() throws {
    let gateway = try Gateway()
    try gateway.activate()
    for line in [
      "", "{}", "[[[[", #"{"flushRuleset":{}}"#, #"{"undo":{"ids":["cl-x }; flush ruleset; #"]}}"#,
      #"{"use":{"_0":{"wan":["wan0\" }; flush ruleset; #"],"lan":[]}}}"#,
      #"{"use":{"_0":{"wan":["wan*"],"lan":[]}}}"#, String(repeating: "x", count: 300_000),
    ] {
      let answer = try gateway.ask(line)
      #expect(answer.contains("fault") || answer == "", "\(answer)")
    }
    #expect(try gateway.rules("list", "tables") == "")
    #expect(try gateway.ask(#"{"ruleset":{}}"#).contains("nftables"))
  }
}
