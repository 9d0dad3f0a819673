import BrokerFixture
import Foundation
import LinuxIO
import Posture
import Testing

/// Findings as an operator meets them: listed, noted, decided, closed.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FindingsProgramTests {
  private func tell(
    _ provider: Provider, _ name: String, _ gateway: String, _ seq: Int, _ event: String, _ finding: String
  ) throws {
    let payload = """
      {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
      "clock_synced":true,"kind":"finding","body":{"event":"\(event)","finding":\(finding)}}
      """
    #expect(try provider.publish(as: name, "kadomori/v1/\(gateway)/evt/finding", payload) == 0)
  }

  private func finding(_ check: String, _ severity: String) -> String {
    """
    {"id":"\(check):dev-a:tcp/23","check":"\(check)","severity":"\(severity)","device":"dev-a","service":"tcp/23",\
    "evidence":{"protocol":"telnet"},"remedy":"close-telnet"}
    """
  }

  private func expectExports(_ provider: Provider, _ gateway: String) throws {
    func export(_ format: String, _ group: String, _ more: String...) throws -> String {
      let arguments = ["export", format, "--group", group, "--state", provider.state] + more
      let result = try provider.run(CollectorProgram.path, arguments)
      try #require(result.status == 0, "\(result)")
      return result.text
    }
    let who = ["--org", "I", "--contact", "a@isp.example", "--domain", "isp.example"]
    for (group, isThere) in [("east", true), ("west", false)] {
      let xarf = try export("xarf", group, who[0], who[1], who[2], who[3], who[4], who[5])
      #expect(xarf.contains("\"source_identifier\":\"192.0.2.1\"") == isThere)
      #expect(try export("intelmq", group).contains(gateway) == isThere)
      let files = try export("shadowserver", group, "--out", provider.directory.path)
      #expect(files.contains("scan_telnet") == isThere)
      #expect(try export("prometheus", group).contains("kadomori_findings{stage=\"notified\"} 2") == isThere)
    }
    #expect(
      try provider.command("export", "xarf", "--org", "I", "--contact", "a", "--domain", "b").status == 64)
    #expect(try provider.done("export", "prometheus").contains("kadomori_unattributed_sightings"))
  }

  @Test func `a finding's life, from a gateway's word to closed`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("one", group: "east")
    let id = "telnet-open:dev-a:tcp/23"
    try tell(provider, "one", gateway, 1, "opened", finding("telnet-open", "high"))
    try tell(provider, "one", gateway, 2, "opened", finding("facility-named-page", "high"))
    func listed(_ arguments: String...) throws -> [[String: Any]] {
      let result = try provider.run(
        CollectorProgram.path, ["findings", "--json", "--state", provider.state] + arguments)
      #expect(try Schemas.faults(of: result.text, by: "fleet-findings") == "", "\(result)")
      let document = try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any]
      return try #require((document?["findings"] as? [String: Any])?["findings"] as? [[String: Any]])
    }
    func shown() throws -> [String: Any] {
      let document = try provider.json("fleet-finding-document", "finding", gateway, id)
      return try #require((document["finding"] as? [String: Any])?["life"] as? [String: Any])
    }
    try provider.wait { try listed().count == 2 }
    #expect(try listed().first?["names_facility"] as? Bool == true)
    #expect(try listed("--group", "west").isEmpty && listed("--group", "east").count == 2)

    func notices(_ arguments: String...) throws -> [[String: Any]] {
      let result = try provider.run(
        CollectorProgram.path, ["notices", "--json", "--state", provider.state] + arguments)
      #expect(try Schemas.faults(of: result.text, by: "notices") == "", "\(result)")
      let document = try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any]
      return try #require(document?["notices"] as? [[String: Any]])
    }
    let first = try #require(try notices("--language", "en").first)
    #expect(first["urgent"] as? Bool == true)
    let notice = try #require(first["notice"] as? [String: Any])
    #expect(notice["finding"] as? String == "facility-named-page:dev-a:tcp/23")
    #expect((notice["lines"] as? [String])?.last?.hasPrefix("We found 1 more.") == true)
    #expect(try notices("--group", "west").isEmpty)
    #expect(try provider.done("notices", "--language", "easy-ja").contains("あなたの いえの"))
    // Told of one, the other waits its week; what was told is not told again.
    try provider.done(
      "finding", "note", gateway, "facility-named-page:dev-a:tcp/23", "--step", "notified", "--by", "anna")
    #expect(try notices().isEmpty)
    #expect((try notices("--all").first?["notice"] as? [String: Any])?["finding"] as? String == id)

    try provider.done(
      "finding", "note", gateway, id, "--step", "notified", "--by", "anna", "--detail", "by letter")
    #expect(try shown()["stage"] as? String == "notified")
    #expect(
      try provider.command("finding", "note", gateway, id, "--step", "closed", "--by", "anna").status == 64)
    #expect(try provider.done("finding", gateway, id).contains("by letter"))

    try provider.done(
      "finding", "accept", gateway, id, "--reason", "in a cage", "--until", "30d", "--by", "anna")
    #expect(try listed().count == 1 && listed("--all").count == 2)
    #expect(try provider.done("audit").contains("accepted by anna"))
    #expect(try provider.json("audit", "audit")["audit"] is [Any])
    try provider.done("finding", "reopen", gateway, id, "--by", "ben")
    #expect(try listed().count == 2)
    for until in ["0d", "367d", "2020-01-01", "soon"] {
      let refused = try provider.command(
        "finding", "mute", gateway, id, "--reason", "x", "--until", until, "--by", "anna")
      #expect(refused.status == 64, "\(until)")
    }
    #expect(try provider.command("finding", gateway, "none").status == 3)

    // Somebody outside sees it open while the gateway closes it.
    let leases = try provider.directory.write(
      "leases.csv", "from,until,address,gateway\n2026-01-01T00:00:00Z,,192.0.2.1,\(gateway)\n")
    try provider.done("leases", "import", leases)
    func look(_ state: String) throws {
      let list = try provider.directory.write(
        "seen.csv",
        "time,address,transport,port,protocol,state\n\(Clocks.wall),192.0.2.1,tcp,23,telnet,\(state)\n")
      try provider.done("sightings", "import", list, "--source", state)
    }
    try look("open")
    try expectExports(provider, gateway)
    try tell(provider, "one", gateway, 3, "closed", finding("telnet-open", "high"))
    try provider.wait { try shown()["stage"] as? String == "closed_inside" }
    // The time of a look is a whole second: two in the same would leave open what was open.
    let second = Clocks.wall.wholeSeconds
    try provider.wait { Clocks.wall.wholeSeconds > second }
    try look("closed")
    #expect(try shown()["stage"] as? String == "closed")
    #expect(try provider.done("findings", "--all").contains("1 closed, 1 open"))
  }
}
