import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// The running agent with a real broker on the other side of the gateway.
@Suite(.serialized) struct AgentSiteTests {
  private struct Agent {
    let site: Site
    let process: LabProcess
    let log: String

    init(_ site: Site, _ configuration: String) throws {
      self.site = site
      log = site.directory + "/agent.log"
      process = try site.startAgent(configuration)
    }

    func status() throws -> [String: Any] {
      let result = try site.kadomori(
        "status", "--json", "--state", site.directory + "/state", "--runtime", site.directory + "/run",
        "--config", site.directory + "/kadomori.yaml")
      return try #require(
        JSONSerialization.jsonObject(with: result.output) as? [String: Any], "\(result.errorText)")
    }

    func broker() throws -> String? { (try status()["broker"] as? [String: Any])?["state"] as? String }

    func devices() throws -> Int? {
      ((try status()["lans"] as? [[String: Any]])?.first)?["devices"] as? Int
    }

    var logged: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
  }

  private static let configuration = "lan: [{interface: lan0, every: 5min}]\nbroker: {host: 198.51.100.1}\n"

  private func startBroker(_ site: Site) throws -> LabProcess {
    let file = site.directory + "/mosquitto.conf"
    try "listener 1883 198.51.100.1\nallow_anonymous true\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    return try site.lab.start(in: "internet", ["mosquitto", "-c", file])
  }

  /// Every retained message of the broker, by the end of its topic.
  private func retained(_ site: Site) throws -> [String: [String: Any]] {
    let result = try site.lab.exec(
      in: "internet",
      [
        "timeout", "2", "mosquitto_sub", "-h", "198.51.100.1", "-t", "kadomori/#", "--retained-only", "-v",
        "-W", "1",
      ])
    var messages: [String: [String: Any]] = [:]
    for line in result.text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2,
        let body = try? JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any]
      else { continue }
      messages[parts[0].split(separator: "/").dropFirst(3).joined(separator: "/")] = body
    }
    return messages
  }

  @Test(.timeLimit(.minutes(3))) func reportsAndSurvivesABrokerThatForgets() throws {
    let site = try Site(.small)
    defer { site.down() }
    var broker = try startBroker(site)
    let agent = try Agent(site, Self.configuration)
    _ = try site.until("the posture arrives") { try retained(site)["twin/devices"] }
    let first = try retained(site)
    #expect((first["status"]?["body"] as? [String: Any])?["online"] as? Bool == true)
    #expect(
      (first["twin/posture"]?["body"] as? [String: Any])?["devices"] as? Int
        == site.lab.document.personas.count)

    // Default detail: nothing that says who or where.
    let said = try JSONSerialization.data(withJSONObject: first)
    let text = String(decoding: said, as: UTF8.self)
    for persona in site.lab.document.personas {
      #expect(!text.contains(persona.address.description) && !text.contains(persona.mac.description))
    }

    broker.stop()
    _ = try site.until("the loss is noticed") { try agent.broker() == "connected" ? nil : true }
    #expect(try agent.devices() == site.lab.document.personas.count)
    broker = try startBroker(site)
    let again = try site.until("the posture is there again", seconds: 60) { () -> [String: [String: Any]]? in
      let messages = try retained(site)
      return messages["twin/devices"] == nil || messages["status"] == nil ? nil : messages
    }
    let births = [first, again].compactMap { ($0["status"]?["body"] as? [String: Any])?["birth"] as? Int }
    #expect(births.count == 2 && births[0] < births[1])

    #expect(agent.process.stop() == 0)
    let last = try site.until("the farewell") { () -> [String: Any]? in
      let body = try retained(site)["status"]?["body"] as? [String: Any]
      return body?["online"] as? Bool == false ? body : nil
    }
    #expect(last["cause"] as? String == "stop")
    #expect(try agent.status()["running"] as? Bool == false)
    #expect(try agent.devices() == site.lab.document.personas.count, "status works from disk")
    broker.stop()
  }

  @Test(.timeLimit(.minutes(2))) func aBrokerThatRefusesIsTold() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    let agent = try Agent(site, Self.configuration)
    let problem = try site.until("the refusal is told") {
      (try agent.status()["broker"] as? [String: Any])?["problem"] as? String
    }
    #expect(problem.contains("198.51.100.1:1883") && problem.contains("refused"))
    _ = try site.until("the LAN is scanned all the same") { try agent.devices() }
    agent.process.stop()
  }

  /// Un-configured, it idles: not a packet leaves.
  @Test(.timeLimit(.minutes(2))) func withoutALANItIdles() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    let capture = try Capture(site)
    let agent = try Agent(site, "# nothing yet\n")
    let status = try site.until("it runs") { () -> [String: Any]? in
      let status = try agent.status()
      return status["running"] as? Bool == true ? status : nil
    }
    #expect((status["next"] as? [String])?.contains { $0.contains("/etc/kadomori/kadomori.yaml") } == true)
    #expect(agent.process.stop() == 0)
    #expect(try capture.packets().filter { $0.isQuestion || $0.port != nil }.isEmpty)
    #expect(agent.logged.contains("no LAN is configured"))
  }

  @Test(.timeLimit(.minutes(2))) func aFullDiskIsToldAndStopsNothing() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    let disk = site.directory + "/state"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    #expect(mount("tmpfs", disk, "tmpfs", 0, "size=12k") == 0)
    defer { umount2(disk, 0) }
    // Enough room for the identity, none for a posture.
    try Data(count: 4096).write(to: URL(fileURLWithPath: disk + "/ballast"))
    let agent = try Agent(site, Self.configuration)
    _ = try site.until("the scan is done") { try agent.devices() }
    #expect(agent.logged.contains("No space left on device"))
    #expect(agent.logged.contains("free space"))
    let problems = try #require(
      (try agent.status()["lans"] as? [[String: Any]])?.first?["problem"] as? String)
    #expect(problems.contains("No space left"))
    #expect(agent.process.stop() == 0)
  }

  @Test(.timeLimit(.minutes(1))) func aSecondAgentIsRefused() throws {
    let site = try Site(.small, only: ["telnet"])
    defer { site.down() }
    let agent = try Agent(site, "# nothing\n")
    _ = try site.until("it runs") { try agent.status()["running"] as? Bool == true ? true : nil }
    let second = try site.kadomori(
      "run", "--config", site.directory + "/kadomori.yaml", "--state", site.directory + "/state",
      "--runtime", site.directory + "/run2")
    #expect(second.status == 69 && second.errorText.contains("already runs"))
    agent.process.stop()
  }
}
