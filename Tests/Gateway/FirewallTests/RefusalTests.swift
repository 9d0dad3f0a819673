import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

/// What is refused, with nothing half done.
@Suite(.serialized) struct RefusalTests {
  private static let telnet: (id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict) = (
    "cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now
  )
  private static let web: (id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict) = (
    "cl-bbbbbbbb", ClosingTarget(.tcp(8080)), .now
  )

  private func gateway() throws -> Gateway {
    let gateway = try Gateway()
    try gateway.activate(allowing: 65_534)
    try gateway.writePlan([Self.telnet, Self.web])
    return gateway
  }

  @Test(.timeLimit(.minutes(1))) func plansOfYesterdayAndOfAnotherStart() throws {
    let gateway = try gateway()
    try gateway.writePlan([Self.telnet], age: 86_401_000)
    let old = try gateway.close("--all")
    #expect(old.status == 64 && old.text.contains("make a new one with 'kadomori plan'"), "\(old.text)")
    try gateway.writePlan([Self.telnet], bootID: "00000000-0000-0000-0000-000000000000")
    let other = try gateway.close("--all")
    #expect(other.status == 64 && other.text.contains("make a new one"), "\(other.text)")
    #expect(try gateway.rules("list", "tables") == "")
  }

  @Test(.timeLimit(.minutes(1))) func confirmingIsForWhoClosed() throws {
    let gateway = try gateway()
    #expect(try gateway.close("--all").status == 0)
    let other = try gateway.kadomori("confirm", gateway.plan, user: 65_534)
    #expect(other.status == 77 && other.text.contains("somebody else"), "\(other.text)")
    #expect(try gateway.kadomori("closings", "--json").text.contains(#""hold" : "trial""#))
    #expect(gateway.directory.read("firewall/closed.json") == "")
    // Whoever is neither root nor the agent is not answered at all.
    let stranger = try gateway.kadomori("undo", "cl-aaaaaaaa", user: 65_533)
    #expect(stranger.status != 0)
    #expect(try gateway.kadomori("closings").text.contains("cl-aaaaaaaa"))
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    let again = try gateway.kadomori("confirm", gateway.plan)
    #expect(again.status == 3 && again.text.contains("lapsed"), "\(again.text)")
  }

  @Test(.timeLimit(.minutes(1))) func whatSomebodyTriesIsNotClosedByAnother() throws {
    let gateway = try gateway()
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    let second = try gateway.close("--all")
    #expect(second.status == 77 && second.text.contains("on trial already"), "\(second.text)")
    #expect(try !gateway.kadomori("closings").text.contains("cl-bbbbbbbb"))
  }

  @Test(.timeLimit(.minutes(1))) func whatTheHouseLivesBy() throws {
    let gateway = try gateway()
    try gateway.writePlan([
      Self.telnet, ("cl-cccccccc", ClosingTarget(.udp(53), from: .lan), .now),
      ("cl-dddddddd", ClosingTarget(.tcp(22)), .never),
    ])
    let dns = try gateway.close("cl-aaaaaaaa", "cl-cccccccc")
    #expect(dns.status == 64 && dns.text.contains("without DNS"), "\(dns.text)")
    let needed = try gateway.close("cl-dddddddd")
    #expect(needed.status == 64 && needed.text.contains("--accept-risk=needed"), "\(needed.text)")
    #expect(try gateway.rules("list", "tables") == "")
  }

  @Test(.timeLimit(.minutes(1))) func somebodyElsesTableOfOurName() throws {
    let gateway = try gateway()
    try gateway.nft(
      "table inet kadomori {\n chain mine { type filter hook input priority 0; tcp dport 1 drop; }\n }")
    let before = try gateway.rules("list", "ruleset")
    for words in [["undo", "--all"], ["closings"]] {
      let result = try gateway.run(in: "gw", [Gateway.program] + words + gateway.options)
      #expect(result.status == 69 && result.text.contains("somebody else's table"), "\(result.text)")
    }
    let closed = try gateway.close("--all")
    #expect(closed.status == 69 && closed.text.contains("somebody else's table"), "\(closed.text)")
    #expect(try gateway.rules("list", "ruleset") == before)
  }

  @Test(.timeLimit(.minutes(1))) func aDamagedStateFile() throws {
    let gateway = try gateway()
    for text in ["{", #"{"v":"1.0","sides":{"wan":["x\" }; flush ruleset; #"],"lan":[]},"closings":[]}"#] {
      try gateway.directory.write("firewall/closed.json", text)
      let result = try gateway.close("--all")
      #expect(result.status == 65 && result.text.contains("is damaged"), "\(result.text)")
      #expect(try gateway.rules("list", "tables") == "")
    }
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try gateway.close("--all").status == 0)
  }

  @Test(.timeLimit(.minutes(1))) func aDiskThatCannotBeWritten() throws {
    let gateway = try gateway()
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(try gateway.close("cl-bbbbbbbb", "--for", "5s").status == 0)
    // A folder in the way of the file that is written beside it: as root, permissions stop nobody.
    _ = try gateway.run(in: "gw", ["mkdir", gateway.directory.path + "/firewall/closed.json.new"])
    let confirmed = try gateway.kadomori("confirm", gateway.plan)
    #expect(confirmed.status == 73, "\(confirmed.text)")
    #expect(try gateway.kadomori("closings", "--json").text.contains(#""hold" : "trial""#))
    let undone = try gateway.kadomori("undo", "cl-aaaaaaaa")
    #expect(undone.status == 73 && undone.text.contains("it is open now"), "\(undone.text)")
    #expect(try !gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains("cl-aaaaaaaa"))
  }

  @Test(.timeLimit(.minutes(1))) func moreThanFits() throws {
    let gateway = try gateway()
    let many = (1...1025).map { number in
      (id: "cl-\(number)", target: ClosingTarget(.tcp(UInt16(number))), verdict: ClosingPlan.Verdict.now)
    }
    try gateway.writePlan(many)
    let result = try gateway.close("--all")
    #expect(result.status == 64 && result.text.contains("at most 1024"), "\(result.text)")
    #expect(try gateway.rules("list", "tables") == "")
  }

  /// Closing does not answer for what was not reached before, but says so, and goes on.
  @Test(.timeLimit(.minutes(1))) func whatWasDownBeforeOpensNothing() throws {
    let gateway = try gateway()
    try gateway.directory.write(
      "kadomori.yaml", "lan: [{interface: lan0}]\nbroker: {host: 198.51.100.2, port: 1883}\n")
    let resolver = try gateway.directory.write("resolv.conf", "nameserver 198.51.100.2\n")
    let close = { (words: [String]) in
      try gateway.run(
        in: "gw",
        [
          "unshare", "-m", "sh", "-c", "mount --bind \(resolver) /etc/resolv.conf && exec \"$0\" \"$@\"",
          "env", "LANG=C.UTF-8", Gateway.program, "close", "--all", "--state",
          gateway.directory.path + "/state", "--config", gateway.directory.path + "/kadomori.yaml",
          "--without",
          "session",
        ] + words + gateway.options)
    }
    let down = try close([])
    #expect(down.status == 0, "\(down.text)")
    #expect(down.text.matches(of: /was not reached before closing either/).count == 2, "\(down.text)")
    #expect(try gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains("cl-aaaaaaaa"))
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    try gateway.listen(in: "wan", "tcp/1883")
    try gateway.start(
      in: "wan",
      ["dnsmasq", "-k", "-C", "/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file="],
      log: "dns.log")
    try gateway.until("both answer") { () -> Bool? in
      let up = try close(["--json"])
      let reached = up.text.matches(of: /"outcome" : "reached"/).count
      #expect(try gateway.kadomori("undo", "--all").status == 0)
      return up.status == 0 && reached == 3 ? true : nil
    }
  }

  /// A broker that takes the connection before, and none after it.
  @Test(.timeLimit(.minutes(1))) func whatIsLostOpensEverythingAtOnce() throws {
    let gateway = try gateway()
    try gateway.directory.write(
      "kadomori.yaml", "lan: [{interface: lan0}]\nbroker: {host: 198.51.100.2, port: 1883}\n")
    try gateway.listen(in: "wan", "once/1883")
    let lost = try gateway.close("--all")
    #expect(
      lost.status == 69 && lost.text.contains("broker") && lost.text.contains("opened again"), "\(lost.text)")
    #expect(try gateway.kadomori("closings").text.contains("nothing is kept closed"))
    let changes = gateway.directory.read("firewall/changes.jsonl")
    #expect(
      changes.contains(#""event":"rolled_back""#) && changes.contains(#""outcome":"lost""#), "\(changes)")
  }
}
