import BrokerFixture
import Foundation
import Testing

/// Campaigns of more than ports of TCP and whole blocks.
@Suite struct CampaignReachTests {
  private static let once = "wait: 1s\nrate: 2000\nstart_rate: 2000\ntries: 1\nmost_tries: 1\n"

  /// What answers by UDP is in the store with what it speaks; only ports of TCP are asked what they are.
  @Test func questionsAreStoredAsPortsAre() throws {
    let world = try DatagramWorldTests.world(open: ["198.18.0.9 . 22"])
    let planned = try world.plan(
      "asked", "ports: [22]\nudp: [dns, snmp, coap, echonet-lite]\n" + Self.once, "--shards", "3", "--look")
    #expect(planned.status == 0, "\(planned.text)")
    #expect(
      planned.text.contains("1 ports and 4 questions (dns, snmp, coap, echonet-lite)"), "\(planned.text)")
    #expect(try world.worker("asked", log: "worker").wait() == 0, "\(world.directory.read("worker"))")
    let open = try world.query(
      """
      SELECT address || ' ' || transport || '/' || port || ' ' || coalesce(protocol, '-') FROM sighting
      WHERE scan_state = 'open' ORDER BY port
      """)
    #expect(
      open.split(separator: "\n") == [
        "198.18.0.9 tcp/22 -", "198.18.0.1 udp/53 dns", "198.18.0.2 udp/161 snmp",
        "198.18.0.4 udp/3610 echonet-lite", "198.18.0.3 udp/5683 coap",
      ], "\(open)")
    let document = try world.shown("asked", list: true)
    #expect(document["udp"] as? [String] == ["dns", "snmp", "coap", "echonet-lite"])
    // Those that have no such service say so, as far as their kernel tells.
    #expect((world.states(document)["closed"] ?? 0) >= 31 * 4 - 5 && world.states(document)["open"] == 5)
    let results = try #require(document["results"] as? [String: Any])
    let looks = try #require(results["looks"] as? [String: Any])
    #expect(looks["done"] as? Int == 1 && looks["left"] as? Int == 0, "\(looks)")
    let tallies = try #require(results["datagrams"] as? [[String: Any]])
    #expect(tallies.map { $0["port"] as? Int } == [53, 161, 3610, 5683])
    for tally in tallies {
      // Every address once, and a few of them again as canaries.
      let questions = tally["questions"] as? Int ?? 0
      #expect(tally["open"] as? Int == 1 && questions >= 64, "\(tally)")
      #expect(tally["answers"] as? Int ?? 0 >= 1 && tally["octets_answered"] as? Int ?? 0 > 0, "\(tally)")
    }
    let services = document["services"] as? [[String: Any]] ?? []
    #expect(
      services.compactMap { $0["protocol"] as? String }.sorted() == ["coap", "dns", "echonet-lite", "snmp"])
    let table = try world.campaign("report", "asked", "--list").text
    #expect(table.contains("udp/161") && table.contains("1 answer; "), "\(table)")
  }

  /// Forty addresses of a customer's range, of which one has opted out: these are probed, and nobody else.
  @Test func addressesOfAListAreScanned() throws {
    let world = try World()
    let listed = (1...40).map { "2001:db8:100:\(String($0, radix: 16))00::\(String($0 * 7, radix: 16))" }
    let open = [3, 7, 20, 33, 39].map { "\(listed[$0]) . 80" }
    try world.answer(
      open6: open,
      before: """
        ip6 daddr != { \(listed.joined(separator: ", ")) } tcp flags & (syn|ack|rst) == syn counter name special
        ip6 daddr \(listed[20]) tcp flags & (syn|ack|rst) == syn counter name special
        """)
    try world.authorise("2001:db8:100::/48 each /56")
    let optOuts = try world.directory.write(
      "opt-outs.yaml", "- {block: \"\(listed[20])/128\", owner: Taro Yamada, reason: by telephone}\n")
    let folder = world.directory.path + "/使用中 addresses"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let list = folder + "/list.txt"
    try Data((["# in use"] + listed).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: list))
    let plan =
      "ports: [22, 80]\naddresses: \"\(list)\"\nopt_outs: \(optOuts)\nwait: 500ms\nrate: 500\nstart_rate: 500\n"
      + "tries: 2\nmost_tries: 2\n"
    for name in ["now", "later"] {
      let planned = try world.plan(name, plan, "--shards", "2")
      #expect(planned.status == 0 && planned.text.contains(list), "\(planned.text)")
    }
    #expect(try world.worker("now", log: "worker").wait() == 0, "\(world.directory.read("worker"))")
    #expect(try world.stored().sorted() == open.filter { !$0.hasPrefix(listed[20]) }.sorted())
    #expect(try world.count("special") == 0)
    let document = try world.shown("now")
    #expect(document["addresses"] as? Int == 39 && document["targets"] as? Int == 78)
    let probes = try world.count("syns")
    #expect(probes >= 2 * 78 - 4 && probes < 2 * 78 + 40, "\(probes)")
    // Another list is another campaign.
    try Data(listed.dropLast().joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: list))
    #expect(try world.worker("later", log: "later").wait() == 4)
    #expect(world.directory.read("later").contains("is another list than when the campaign was planned"))
    #expect(try world.shown("later")["state"] as? String == "halted")
    try FileManager.default.removeItem(atPath: list)
    #expect(try world.campaign("resume", "later", "--by", "anna").status == 0)
    #expect(try world.worker("later", log: "gone").wait() != 0)
    #expect(world.directory.read("gone").contains("list.txt"), "\(world.directory.read("gone"))")
    #expect(try world.count("syns") == probes)
  }
}
