import BrokerFixture
import Foundation
import Glibc
import SiteFixture
import Testing

/// A gateway after a blackout: the real program, a real broker, and a record of the last start that is another boot's.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PowerRestorationTests {
  private final class Gateway {
    let directory: TemporaryDirectory
    let broker: Broker
    private var agent: ChildProgram?
    private let places: [String]

    init() throws {
      let directory = try TemporaryDirectory()
      self.directory = directory
      broker = try Broker("user root\nlog_dest file \(directory.path)/broker.log\nlog_type all")
      try directory.write("kadomori.yaml", "broker: {host: 127.0.0.1, port: \(broker.port)}\n")
      places = ["--state", directory.path + "/state", "--runtime", directory.path + "/run"]
    }

    deinit { agent?.kill(SIGKILL) }

    /// Starts the agent; `clock` is a program with its arguments that starts it by another clock.
    func starts(by clock: [String] = []) throws {
      agent = try ChildProgram(
        "env",
        clock + [Site.program("kadomori"), "run", "--config", directory.path + "/kadomori.yaml"] + places,
        output: directory.path + "/agent.log")
    }

    func ends(_ signal: CInt) { agent?.kill(signal) }

    /// Ends in order what a wrapper has started, so that the wrapper has nothing left to clean up.
    func endsBehindItsClock() throws {
      let id = try #require(agent?.id)
      let children = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
      for child in children.split(separator: " ").compactMap({ pid_t($0) }) { kill(child, SIGTERM) }
      agent?.wait()
    }

    /// Everything goes at once, and another boot begins.
    func losesPower() throws {
      ends(SIGKILL)
      let record = directory.read("state/start").split(separator: "\n").map {
        $0.hasPrefix("boot ") ? "boot 00000000-0000-4000-8000-000000000000" : $0
      }
      try directory.write("state/start", record.joined(separator: "\n") + "\n")
    }

    func says(_ arguments: String..., environment: [String] = []) throws -> (status: CInt, text: String) {
      try run(
        "env", environment + [Site.program("kadomori")] + arguments + places, in: directory)
    }

    /// Asks for the status until it has a state of the uplink.
    func reaches(_ state: String) throws -> Bool {
      for _ in 0..<200 {
        if try says("status", "--json").text.contains("\"state\" : \"\(state)\"") { return true }
        usleep(50_000)
      }
      return false
    }

    /// What the broker keeps of its status.
    func birth() throws -> String {
      try run(
        "mosquitto_sub", ["-p", "\(broker.port)", "-t", "kadomori/v1/+/status", "-C", "1", "-W", "5"],
        in: directory
      ).text
    }

    var sessions: Int { directory.read("broker.log").ranges(of: "New client connected").count }
    var log: String { directory.read("agent.log") }
  }

  @Test func `after a blackout it waits for its slot, says so, and comes when the owner asks`() throws {
    let gateway = try Gateway()
    try gateway.starts()
    #expect(try gateway.reaches("connected"), "\(gateway.log)")
    #expect(gateway.sessions == 1)
    try gateway.losesPower()
    // With half an hour and a slot of its own, that it is due within the test is as good as impossible.
    try gateway.directory.write("state/reconnect-policy.json", #"{"window_s": 1800, "class": "low"}"#)
    try gateway.starts()
    #expect(try gateway.reaches("holding"), "\(gateway.log)")
    let document = try gateway.says("status", "--json").text
    #expect(document.contains("power_restoration") && document.contains("\"cause\" : \"power_loss\""))
    #expect(document.contains("did_not_end_in_order"))
    #expect(try Schemas.faults(of: document, by: "agent-status") == "")
    let status = try gateway.says("status").text
    #expect(status.contains("connecting in ") && status.contains("(power-restoration spread)"), "\(status)")
    let ja = try gateway.says("status", environment: ["LC_ALL=ja_JP.UTF-8"]).text
    #expect(ja.contains("停電復旧の集中を避けるため待機中"), "\(ja)")
    #expect(gateway.log.contains("(power-restoration spread); 'kadomori connect --now' does not wait"))

    // Starting it again, in order or not, is no way around.
    for signal in [SIGTERM, SIGKILL] {
      gateway.ends(signal)
      try gateway.starts()
      #expect(try gateway.reaches("holding"), "\(gateway.log)")
    }
    #expect(gateway.sessions == 1)

    let now = try gateway.says("connect", "--now")
    #expect(now.status == 0 && now.text.contains("connected"), "\(now)")
    #expect(gateway.sessions == 2)
    #expect(try gateway.birth().contains("\"cause\":\"power\""))
    // Whoever has been let in need not wait again.
    gateway.ends(SIGKILL)
    try gateway.starts()
    #expect(try gateway.reaches("connected"), "\(gateway.log)")
    gateway.ends(SIGTERM)
  }

  @Test func `a restart in order of program or machine connects at once`() throws {
    let gateway = try Gateway()
    try gateway.starts()
    #expect(try gateway.reaches("connected"))
    gateway.ends(SIGTERM)
    // As if the machine had been started again.
    try gateway.losesPower()
    try gateway.starts()
    #expect(try gateway.reaches("connected"), "\(gateway.log)")
    #expect(try gateway.says("status", "--json").text.contains("\"cause\" : \"reboot\""))
    #expect(!gateway.log.contains("spread"))
  }

  /// Somebody sets the clock by fifty years while it waits, and back by a hundred.
  @Test func `what the wall clock says moves no slot`() throws {
    let gateway = try Gateway()
    try gateway.starts()
    #expect(try gateway.reaches("connected"), "\(gateway.log)")
    try gateway.losesPower()
    try gateway.directory.write("state/reconnect-policy.json", #"{"window_s": 1800, "class": "low"}"#)
    let clock = try gateway.directory.write("clock", "+0\n")
    // The program's clock is what the file says, and it ends with the wrapper.
    try gateway.starts(by: [
      "DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_NO_CACHE=1",
      "FAKETIME_TIMESTAMP_FILE=\(clock)", "faketime", "-f", "+0", "setpriv", "--pdeathsig", "KILL", "env",
      "-u", "FAKETIME",
    ])
    #expect(try gateway.reaches("holding"), "\(gateway.log)")
    func left() throws -> Int {
      let text = try gateway.says("status", "--json").text
      return try #require(text.firstMatch(of: /"retry_in_s" : (\d+)/).flatMap { Int($0.1) })
    }
    var before = try left()
    for leap in ["+50y", "-50y"] {
      try gateway.directory.write("clock", "\(leap)\n")
      let now = try left()
      // Some seconds have passed, and no years.
      #expect(now <= before && now > before - 60, "\(leap): \(before) s, then \(now) s")
      before = now
    }
    #expect(gateway.sessions == 1 && gateway.log.ranges(of: "connecting in").count == 1, "\(gateway.log)")
    // It did have that clock.
    #expect(try gateway.says("connect", "--now").status == 0)
    let year = Calendar(identifier: .gregorian).component(.year, from: Date()) - 50
    #expect(gateway.log.split(separator: "\n").contains { $0.hasPrefix("\(year)-") }, "\(gateway.log)")
    try gateway.endsBehindItsClock()
  }

  /// Cut short by the power cut itself, forged, of another version.
  @Test(arguments: [
    #"{"window_s": -5}"#, #"{"window_s": 31536000, "speed": 1e300}"#, "{\"window_s\": 18", "", "null",
    #"{"window_s": "soon", "class": 5}"#,
  ])
  func `a policy that cannot be meant keeps nobody away for more than half an hour`(_ policy: String) throws {
    let gateway = try Gateway()
    try gateway.starts()
    #expect(try gateway.reaches("connected"))
    try gateway.losesPower()
    try gateway.directory.write("state/reconnect-policy.json", policy)
    try gateway.starts()
    let document = try #require(
      (0..<100).lazy.compactMap { _ -> String? in
        usleep(50_000)
        let text = (try? gateway.says("status", "--json").text) ?? ""
        return text.contains("\"cause\" : \"power_loss\"") ? text : nil
      }.first)
    let seconds = document.firstMatch(of: /"retry_in_s" : (\d+)/).flatMap { Int($0.1) } ?? 0
    #expect(seconds <= 1800)
  }

  @Test func `who has no agent or nobody to connect to is told what to do`() throws {
    let gateway = try Gateway()
    let alone = try gateway.says("connect", "--now")
    #expect(alone.status == 69 && alone.text.contains("systemctl start kadomori"), "\(alone)")
  }
}
