import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

/// A list of addresses to which nothing may go: who tries, what a restart brings back, and what never is in it.
@Suite(.serialized) struct IndicatorTests {
  private func gateway() throws -> Gateway {
    let gateway = try Gateway()
    try gateway.listen(in: "wan", "tcp/443", "tcp/1883")
    try gateway.activate()
    try gateway.directory.write(
      "kadomori.yaml", "lan: [{interface: lan0}]\nbroker: {host: 198.51.100.2, port: 1883}\n")
    try gateway.directory.write(
      "list", "# attackers' servers\n203.0.113.9 # one\n192.168.9.2\n10.0.0.0/8\n\n2001:db8:1::2\nnonsense\n")
    try gateway.forgetNameServers()
    let refused = try indicators(gateway, "load", list(gateway))
    #expect(refused.status == 77 && refused.text.contains("consent grant indicators"), "\(refused)")
    #expect(try consent(gateway, "grant").status == 0)
    return gateway
  }

  private func consent(_ gateway: Gateway, _ word: String) throws -> (status: CInt, text: String) {
    let place = gateway.directory.path
    return try gateway.run(
      in: "gw",
      [Gateway.program, "consent", word, "indicators", "--by", "owner", "--state", place + "/state"]
        + ["--runtime", place + "/run"] + gateway.options)
  }

  private func indicators(_ gateway: Gateway, _ words: String...) throws -> (status: CInt, text: String) {
    let load =
      words.first == "load"
      ? ["--config", gateway.directory.path + "/kadomori.yaml"] : []
    return try gateway.run(
      in: "gw",
      ["env", "LANG=C.UTF-8", Gateway.program, "indicators"] + words + load
        + (words.first == "clear" ? [] : ["--state", gateway.directory.path + "/state"]) + gateway.options)
  }

  private func list(_ gateway: Gateway) -> String { gateway.directory.path + "/list" }

  @Test(.timeLimit(.minutes(1))) func whoTriesIsCountedAndShown() throws {
    let gateway = try gateway()
    #expect(try indicators(gateway, "hits").status == 3)
    let loaded = try indicators(gateway, "load", list(gateway))
    #expect(loaded.status == 0 && loaded.text.contains("to 2 addresses now (3 passed over)"), "\(loaded)")
    #expect(try indicators(gateway).text.contains("nobody has tried"))
    #expect(try !gateway.answers(443, at: "2001:db8:1::2", from: "lan"))
    #expect(try !gateway.answers(443, at: "2001:db8:1::2", from: "gw"))
    let hits = try indicators(gateway, "hits")
    for device in [Gateway.device6, Gateway.wan6] {
      let line = hits.text.split(separator: "\n").first { $0.hasPrefix(device + " ") }
      #expect(
        line?.contains(/→ 2001:db8:1::2 +[1-9][0-9]* packets dropped, the last 0 min ago/) == true, "\(hits)")
    }
    let document = try indicators(gateway, "hits", "--json")
    #expect(document.text.contains(#""indicator" : "2001:db8:1::2""#), "\(document)")
    #expect(try Schemas.faults(of: document.text, by: "indicators") == "")
    #expect(try consent(gateway, "withdraw").status == 0)
    #expect(try gateway.answers(443, at: "2001:db8:1::2", from: "lan"))
    #expect(try indicators(gateway, "load", list(gateway)).status == 77)
  }

  @Test(.timeLimit(.minutes(1))) func whatWasKeptComesBack() throws {
    let gateway = try gateway()
    #expect(try indicators(gateway, "load", list(gateway)).status == 0)
    #expect(gateway.directory.read("firewall/indicators.list") == "", "nobody asked to keep it")
    #expect(try indicators(gateway, "load", list(gateway), "--keep").status == 0)
    // As a restart: the helper and the rules are gone.
    try gateway.killAll()
    _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
    #expect(try gateway.answers(443, at: "2001:db8:1::2", from: "lan"))
    // The service that does this may write nowhere.
    let folder = gateway.directory.path + "/firewall"
    let restored = try gateway.run(
      in: "gw",
      [
        "unshare", "-m", "sh", "-c",
        "mount --bind \(folder) \(folder) && mount -o remount,bind,ro \(folder) && exec \"$0\" \"$@\"",
        Gateway.program, "firewall-helper", "--restore",
      ] + gateway.options)
    #expect(restored.status == 0 && restored.text.contains("2 addresses"), "\(restored)")
    #expect(try !gateway.answers(443, at: "2001:db8:1::2", from: "lan"))
    // And a reload of nftables is followed, while the helper watches.
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now)])
    #expect(try gateway.close("--all").status == 0)
    _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
    try gateway.until("the list is back", seconds: 4) {
      try gateway.rules("list", "ruleset").contains("203.0.113.9") ? true : nil
    }
    #expect(try indicators(gateway, "clear").status == 0)
    #expect(try gateway.kadomori("firewall-helper", "--restore").text.contains("addresses") == false)
    try gateway.directory.write("firewall/indicators.list", "{\n1.2.3.4\n")
    let damaged = try gateway.kadomori("firewall-helper", "--restore")
    #expect(damaged.status == 65 && damaged.text.contains("is damaged"), "\(damaged)")
  }

  /// A broker that takes the connection before, and none after it.
  @Test(.timeLimit(.minutes(1))) func aListThatCostsTheBrokerIsClearedAtOnce() throws {
    let gateway = try gateway()
    try gateway.directory.write(
      "kadomori.yaml", "lan: [{interface: lan0}]\nbroker: {host: 198.51.100.2, port: 8883}\n")
    try gateway.listen(in: "wan", "once/8883")
    let lost = try indicators(gateway, "load", list(gateway), "--keep")
    #expect(lost.status == 69 && lost.text.contains("not reached any more: broker"), "\(lost)")
    #expect(try !gateway.rules("list", "tables").contains("kadomori_indicators"))
    #expect(gateway.directory.read("firewall/indicators.list") == "")
  }

  /// The broker's own address in a list: its port stays open to the gateway, and nothing else there.
  @Test(.timeLimit(.minutes(1))) func aPoisonedListDoesNotSilenceTheGateway() throws {
    let gateway = try gateway()
    try gateway.directory.write("list", "198.51.100.2\n203.0.113.9\n")
    let loaded = try indicators(gateway, "load", list(gateway))
    #expect(loaded.status == 0 && loaded.text.contains("to 1 addresses now"), "\(loaded)")
    #expect(try gateway.answers(1883, at: "198.51.100.2", from: "gw"))
  }
}
