import Foundation
import Lab
import SiteFixture
import Testing

/// What the agent tells of a LAN that is not as it left it.
@Suite(.serialized) struct ChangeSiteTests {
  private static let configuration = "lan: [{interface: lan0, every: 5min}]\n"

  /// Runs the agent until its log holds all of these.
  private func run(_ site: Site, until words: String...) throws -> String {
    let log = site.directory + "/agent.log"
    let agent = try site.startAgent(Self.configuration)
    defer { agent.stop() }
    return try site.until("\(words) in the log", seconds: 60) {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      return words.allSatisfy(text.contains) ? text : nil
    }
  }

  @Test(.timeLimit(.minutes(3))) func whoCameAndWhoWentIsTold() throws {
    let site = try Site(.small, only: ["telnet", "printer", "mqtt-hub"])
    defer { site.down() }
    _ = try site.lab.exec(in: "mqtt-hub", ["ip", "link", "set", "eth0", "down"])
    let first = try run(site, until: "lan0: 2 devices")
    #expect(!first.contains(" is new") && !first.contains(" is gone"))
    _ = try site.lab.exec(in: "mqtt-hub", ["ip", "link", "set", "eth0", "up"])
    _ = try site.lab.exec(in: "telnet", ["ip", "link", "set", "eth0", "down"])
    let log = try run(site, until: " is new (hub", " is gone")
    #expect(log.matches(of: #/is (new|gone) /#).count == 2)
    let text = try site.kadomori("devices", "--state", site.directory + "/state").text
    #expect(text.contains("not seen since 20") && text.contains("Known but not seen: 1."))
    #expect(text.contains("telnet") && !log.contains("telnet-open closed"))

    _ = try site.lab.exec(in: "telnet", ["ip", "link", "set", "eth0", "up"])
    let last = try run(site, until: " is back")
    #expect(last.matches(of: #/is (new|gone) /#).count == 2)
  }
}
