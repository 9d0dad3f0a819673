import BrokerFixture
import Foundation
import Glibc
import SiteFixture
import Testing

/// An outage from its first lost gateway to its last return: real programs, a real broker with mutual TLS.
@Suite(.serialized, .timeLimit(.minutes(4))) struct ReturnTests {
  /// What an agent keeps of policies.
  private static func kept(_ gateway: EnrolledGateway) -> [String: Any] {
    let data = FileManager.default.contents(atPath: gateway.state + "/reconnect-policy.json") ?? Data()
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
  }

  /// A Will comes a minute after its session was lost.
  private static func waits(_ what: String, _ isTrue: () throws -> Bool) throws {
    for _ in 0..<2000 {
      if try isTrue() { return }
      usleep(50_000)
    }
    throw FixtureError("never: \(what)")
  }

  /// Everything of it goes at once, and another boot begins, with a slot at the end of half an hour.
  private static func losesPower(_ gateway: EnrolledGateway, _ agent: ChildProgram) throws {
    agent.kill(SIGKILL)
    let path = gateway.state + "/start"
    let record = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.hasPrefix("boot ") ? "boot 00000000-0000-4000-8000-000000000000" : $0
    }
    try (record.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func `an area goes dark, is waited for, and comes back at the pace that was published`() throws {
    let fleet = try EnrolledFleet(pace: true)
    try fleet.listen()
    let gateways = try (0..<3).map { _ in try fleet.gateway() }
    var agents: [ChildProgram] = []
    for gateway in gateways {
      let enrolled = try gateway.enrol(try fleet.token(group: "area-1"))
      try #require(enrolled.status == 0, "\(enrolled)")
      agents.append(try gateway.run())
      try gateway.waits { $0.contains("\"state\" : \"connected\"") }
    }
    // The policy is on every gateway's disk before anything happens.
    for gateway in gateways {
      try Self.waits("a policy is kept") { Self.kept(gateway)["version"] != nil }
      #expect(Self.kept(gateway)["hint"] as? String == "127.0.0.1:\(fleet.hint)")
      #expect(gateway.log.contains("policy of group 'area-1'"))
    }
    let calm = try #require(Self.kept(gateways[0])["version"] as? Int)

    // The same for a zone in DNS, signed with the same key.
    func record(_ group: String, _ name: String = "area-1.pace.example") throws
      -> (status: CInt, text: String)
    {
      try fleet.says(
        "restoration", "record", "--config", fleet.directory.path + "/collector.yaml", "--group", group,
        "--name", name)
    }
    let line = try record("area-1")
    let form = /^area-1\.pace\.example\. 60 IN TXT "v=kadomori1; k=[0-9a-f]{16}; .*"\n$/
    #expect(line.status == 0 && line.text.contains(form), "\(line)")
    let text = line.text.split(separator: "\"").filter { $0 != " " }.dropFirst().joined()
    let part = try #require(text.firstMatch(of: /p=([A-Za-z0-9+\/=]+)/)?.1)
    let said = String(decoding: try #require(Data(base64Encoded: String(part))), as: UTF8.self)
    let version = said.firstMatch(of: /"version":(\d+)/).flatMap { Int($0.1) } ?? 0
    #expect(version >= calm && said.contains("\"group\":\"area-1\""), "\(said)")
    #expect(try record("nowhere").status == 3)
    #expect(try record("area-1", "a..b").status == 64)

    // Nobody who reads the broker, and no key of a stranger's, gets a policy followed; nor does one that was.
    let replay = try fleet.retainedPolicy(group: "area-1")
    let forged = replay.replacing(/"sig":"./) { $0.output.last == "A" ? "\"sig\":\"B" : "\"sig\":\"A" }
    try fleet.publish(policy: forged, group: "area-1")
    try Self.waits("the forgery is refused") {
      gateways[0].log.contains("is refused (bad-signature)")
        || gateways[0].log.contains("is refused (malformed)")
    }
    #expect(Self.kept(gateways[0])["version"] as? Int == calm)
    #expect(try gateways[0].status().contains("a policy of group 'area-1' by broker is refused"))
    try fleet.publish(policy: replay, group: "area-1")

    // Two of three lose power; the third hears the new window at once.
    for index in 0..<2 { try Self.losesPower(gateways[index], agents[index]) }
    try Self.waits("the outage is seen") { fleet.log.contains("outage in group area-1: 2 gateways are away") }
    try Self.waits("the policy is with who is there") {
      (Self.kept(gateways[2])["version"] as? Int ?? 0) >= calm
    }
    let out = try fleet.says("restoration")
    #expect(out.status == 0 && out.text.contains("area-1") && out.text.contains(" out "), "\(out)")
    #expect(out.text.contains("2 away of 2 at the worst, lost since"))

    // Whoever knocks is let in, and the collector's own session is not ended by it.
    #expect(out.text.contains("the broker is taken to let in 8 new sessions a second"), "\(out)")
    #expect(fleet.log.ranges(of: "connected to").count == 1, "\(fleet.log)")
    // A broker that lets nobody in is found out.
    try fleet.signalBroker(SIGSTOP)
    defer { try? fleet.signalBroker(SIGCONT) }
    try Self.waits("it is noticed that nobody is let in") {
      fleet.log.contains("the broker takes about")
    }
    try fleet.signalBroker(SIGCONT)
    let json0 = try fleet.says("restoration", "--json").text
    #expect(json0.contains(/"capacity_per_s" *: *[24]\b/), "\(json0)")

    // They have power again, and half an hour to wait by an older policy; the pace that is published by
    // datagram brings them within seconds.
    for index in 0..<2 {
      var kept = Self.kept(gateways[index])
      kept["version"] = 1
      kept["window_s"] = 1800
      kept["class"] = "low"
      try JSONSerialization.data(withJSONObject: kept)
        .write(to: URL(filePath: gateways[index].state + "/reconnect-policy.json"))
      agents[index] = try gateways[index].run()
      try gateways[index].waits { $0.contains("\"state\" : \"holding\"") }
      #expect(gateways[index].log.contains("(power-restoration spread)"))
    }
    for index in 0..<2 {
      try Self.waits("\(index) is back") {
        try gateways[index].status().contains("\"state\" : \"connected\"")
      }
      #expect(
        gateways[index].log.ranges(of: "(power-restoration spread)").count > 1, "\(gateways[index].log)")
    }
    try Self.waits("the outage is over") { fleet.log.contains("the outage of group area-1 is over") }
    let json = try fleet.says("restoration", "--json")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
    let status = try #require(document["restoration_status"] as? [String: Any])
    let area = try #require((status["areas"] as? [[String: Any]])?.first)
    #expect(area["state"] as? String == "calm")
    let policy = try #require(area["policy"] as? [String: Any])
    #expect(policy["epoch"] as? Int == 1 && policy["version"] as? Int ?? 0 > calm)
    // The next outage is of another draw, with which all of them are already.
    for gateway in gateways {
      try Self.waits("the new epoch is kept") { Self.kept(gateway)["epoch"] as? Int == 1 }
    }
    let svg = fleet.directory.path + "/return.svg"
    #expect(try fleet.says("restoration", "--svg", svg).status == 0)
    #expect(try String(contentsOfFile: svg, encoding: .utf8).contains("<polyline"))
    // An old policy of the same key is refused for ever.
    try fleet.publish(policy: replay, group: "area-1")
    try Self.waits("the replay is refused") { gateways[0].log.contains("is refused (replayed)") }
    for (gateway, agent) in zip(gateways, agents) { gateway.end(agent) }
    #expect(try fleet.violations() == [])
  }

  @Test func `an outage is announced, listed and taken back`() throws {
    let fleet = try EnrolledFleet(pace: true)
    let (from, until) = ("2036-11-22T23:00:00Z", "2036-11-23T01:00:00Z")
    let made = try fleet.says(
      "restoration", "announce", "--group", "area-1", "--from", from, "--until", until, "--gateways", "40")
    #expect(made.status == 0 && made.text == "1\n", "\(made)")
    try Self.waits("it is listed") {
      try fleet.says("restoration").text.contains("announced 1: area-1, \(from) to \(until), 40 gateways")
    }
    #expect(try fleet.says("restoration", "cancel", "1").status == 0)
    #expect(try fleet.says("restoration", "cancel", "1").status == 3)
    #expect(!(try fleet.says("restoration").text.contains("announced")))
    #expect(
      try fleet.says("restoration", "announce", "--group", "a", "--from", until, "--until", from).status == 64
    )
  }
}
