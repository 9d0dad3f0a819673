import BrokerFixture
import Foundation
import Lab
import SiteFixture
import Testing

/// A real LAN, the agent on its gateway, a real broker, the collector: what the ISP sees in the end.
@Suite(.serialized) struct WholeHouseTests {
  private struct Collector {
    let site: Site
    let state: String
    let process: LabProcess

    init(_ site: Site) throws {
      self.site = site
      state = site.directory + "/collector"
      process = try site.lab.start(
        in: "internet",
        [Site.program("kadomori-collector"), "run", "--state", state, "--listen", "198.51.100.1", "--plain"],
        log: site.directory + "/collector.log")
    }

    /// The first gateway of the fleet, when there is one.
    func gateway() throws -> [String: Any]? {
      let result = try site.lab.exec(
        in: "internet", [Site.program("kadomori-collector"), "fleet", "--json", "--state", state])
      guard result.status == 0,
        let document = try JSONSerialization.jsonObject(with: result.output) as? [String: Any]
      else { return nil }
      return (document["gateways"] as? [[String: Any]])?.first
    }

    func devices() throws -> Int? {
      (try gateway()?["posture"] as? [String: Any])?["devices"] as? Int
    }

    /// The findings that are open for a gateway, by check.
    func findings(_ name: String) throws -> Set<String> {
      let result = try site.lab.exec(
        in: "internet", [Site.program("kadomori-collector"), "gateway", name, "--json", "--state", state])
      let document = try JSONSerialization.jsonObject(with: result.output) as? [String: Any]
      let list = (document?["gateway"] as? [String: Any])?["findings"] as? [[String: Any]] ?? []
      return Set(list.compactMap { $0["check"] as? String })
    }
  }

  @Test(.timeLimit(.minutes(3))) func whatTheGatewayFindsTheISPSeesOnce() throws {
    let site = try Site(.small)
    defer { site.down() }
    let collector = try Collector(site)
    let heard = site.directory + "/messages"
    _ = try site.until("the broker listens") { () -> Bool? in
      let log = (try? String(contentsOfFile: site.directory + "/collector.log", encoding: .utf8)) ?? ""
      return log.contains("connected to") ? true : nil
    }
    let tap = try site.lab.start(in: "internet", ContractTap.listener(host: "198.51.100.1"), log: heard)
    let agent = try site.startAgent("lan: [{interface: lan0, every: 5min}]\nbroker: {host: 198.51.100.1}\n")
    let count = site.lab.document.personas.count
    _ = try site.until("the fleet shows the posture", seconds: 60) {
      try collector.devices() == count ? true : nil
    }
    let name = try #require(try collector.gateway()?["gateway"] as? String)
    #expect(name.hasPrefix("gw-"))
    let found = try site.until("the findings arrive") { () -> Set<String>? in
      let checks = try collector.findings(name)
      return checks.isSuperset(of: ["telnet-open", "mqtt-anonymous", "facility-named-page"]) ? checks : nil
    }
    #expect(!found.contains("address-conflict"))

    // Everything was acknowledged, so nothing waits on the gateway.
    _ = try site.until("the outbox is empty") { () -> Bool? in
      let status = try site.kadomori(
        "status", "--json", "--state", site.directory + "/state", "--runtime", site.directory + "/run")
      let document = try JSONSerialization.jsonObject(with: status.output) as? [String: Any]
      return document?["queued"] as? Int == 0 ? true : nil
    }

    #expect(agent.stop() == 0)
    _ = try site.until("the farewell is seen") {
      try collector.gateway()?["online"] as? Bool == false ? true : nil
    }
    #expect(collector.process.stop() == 0)
    tap.stop()
    #expect(try ContractTap.violations(in: heard) == [])
  }

  /// A gateway that scanned while nobody listened is heard when somebody does.
  @Test(.timeLimit(.minutes(3))) func aCollectorThatComesLateMissesNothing() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    let agent = try site.startAgent("lan: [{interface: lan0, every: 5min}]\nbroker: {host: 198.51.100.1}\n")
    _ = try site.until("the LAN is scanned", seconds: 60) { () -> Bool? in
      FileManager.default.fileExists(atPath: site.directory + "/state/posture-lan0.json") ? true : nil
    }
    let collector = try Collector(site)
    let name = try site.until("the gateway is known", seconds: 90) {
      try collector.gateway()?["gateway"] as? String
    }
    _ = try site.until("the finding is known") {
      try collector.findings(name).contains("telnet-open") ? true : nil
    }
    agent.stop()
    collector.process.stop()
  }
}
