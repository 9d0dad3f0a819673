import BrokerFixture
import Foundation
import Lab
import SiteFixture
import Testing

/// Every document that is printed satisfies its published schema, by a public validator.
@Suite(.serialized) struct DocumentTests {
  /// What the validator finds wrong with a document; empty where nothing is.
  private func faults(of document: CommandResult, by schema: String) throws -> String {
    try Schemas.faults(of: document.text, by: schema)
  }

  @Test(.timeLimit(.minutes(3))) func documentsSatisfyTheirSchemas() throws {
    let site = try Site(.hostile)
    defer { site.down() }
    let scan = try site.kadomori("scan", "--interface", "lan0", "--json", "--state", site.directory)
    #expect(try faults(of: scan, by: "scan") == "")
    let status = {
      try site.kadomori(
        "status", "--json", "--state", site.directory + "/state", "--runtime", site.directory + "/run",
        "--config",
        site.directory + "/kadomori.yaml")
    }
    #expect(try faults(of: try status(), by: "agent-status") == "")
    let agent = try site.startAgent(
      "lan: [{interface: lan0}, {interface: nosuch0}]\nbroker: {host: 198.51.100.1}\n")
    let running = try site.until("it is told that the broker refuses") { () -> CommandResult? in
      let answer = try status()
      return answer.text.contains("retry_in_s") ? answer : nil
    }
    _ = try site.until("the agent has scanned") { () -> Bool? in
      let log = try String(contentsOfFile: site.directory + "/agent.log", encoding: .utf8)
      return log.contains(" findings in ") ? true : nil
    }
    agent.stop()
    #expect(try faults(of: running, by: "agent-status") == "")
    #expect(running.text.contains("written_bytes"))
    let places = ["--state", site.directory + "/state"]
    let withdrawn = try site.kadomori(["consent", "withdraw", "scan", "lan0", "--by", "Sato"] + places)
    #expect(withdrawn.status == 0, "\(withdrawn.errorText)")
    let consents = try site.kadomori(["consent", "--json"] + places)
    #expect(consents.text.contains("Sato") && consents.text.contains("kadomori.yaml"))
    #expect(try faults(of: consents, by: "consents") == "")
    #expect(try faults(of: try status(), by: "agent-status") == "")
    let refused = try site.kadomori(["scan", "--interface", "lan0"] + places)
    #expect(refused.status == 77 && refused.errorText.contains("Sato withdrew the consent"))
    #expect(try site.kadomori(["consent", "grant", "scan", "lan0", "--by", "Sato"] + places).status == 0)
    let checks = try site.kadomori("checks", "--json")
    #expect(try faults(of: checks, by: "checks") == "")
    try decisionsAreDocuments(site)
    // The validator can say no.
    #expect(try Schemas.faults(of: "{\"v\": \"2.0\"}", by: "scan").contains("$.v"))
  }

  /// A finding is accepted, listed as such, and counts again once it is reopened.
  private func decisionsAreDocuments(_ site: Site) throws {
    let state = site.directory + "/state"
    func findings() throws -> CommandResult { try site.kadomori("findings", "--json", "--state", state) }
    let before = try findings()
    #expect(try faults(of: before, by: "findings") == "")
    let id = try #require(before.text.firstMatch(of: /"id" : "([^"]+)"/)).output.1
    let decide = ["--by", "Sato", "--reason", "on a test bench", "--until", "30d", "--state", state]
    let accepted = try site.kadomori(["findings", "accept", String(id)] + decide)
    #expect(accepted.status == 0, "\(accepted.errorText)")
    let after = try findings()
    #expect(try faults(of: after, by: "findings") == "")
    #expect(after.text.contains("on a test bench") && after.text.contains("\"graded\" : false"))
    let explained = try site.kadomori("explain", String(id), "--state", state)
    #expect(explained.status == 0 && explained.text.contains(id))
    // A device is explained by an address of it.
    let drip = try #require(site.lab.persona("slow-drip"))
    let device = try site.kadomori("explain", "\(drip.address)", "--state", state)
    #expect(device.status == 0 && device.text.contains("\(drip.mac)"))
    #expect(try site.kadomori("findings", "reopen", String(id), "--state", state).status == 0)
    #expect(try !findings().text.contains("on a test bench"))
    #expect(try site.kadomori("findings", "reopen", String(id), "--state", state).status == 3)
    #expect(try site.kadomori("explain", "no-such-thing", "--state", state).status == 3)
    let endless = ["--by", "Sato", "--reason", "x", "--until", "2999-01-01", "--state", state]
    #expect(try site.kadomori(["findings", "mute", String(id)] + endless).status == 64)
  }
}
