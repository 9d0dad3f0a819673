import BrokerFixture
import Foundation
import LinuxIO
import Posture
import Testing

/// What is seen from outside finds the gateway whose session came from there, with a real broker.
@Suite(.serialized, .timeLimit(.minutes(2))) struct OutsideProgramTests {
  private func body(_ ports: [(UInt16, String)]) -> String {
    let entries = ports.map {
      """
      {"id":"cl-\($0.0)","side":"wan","service":"tcp/\($0.0)","verdict":"ask","reasons":["\($0.1)"],"flows":0}
      """
    }
    return
      "{\"plan\":\"plan-a\",\"gateway\":[\(entries.joined(separator: ","))],\"more\":0,\"device_ports\":0}"
  }

  private func envelope(_ gateway: String, _ seq: Int, _ kind: String, _ body: String) -> String {
    """
    {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
    "clock_synced":true,"kind":"\(kind)","body":\(body)}
    """
  }

  /// Stays connected from an address of its own, until the program that is returned ends.
  private func connected(_ name: String, from address: String, at provider: Provider) throws -> ChildProgram {
    let files = provider.directory.path + "/" + name
    let child = try ChildProgram(
      "mosquitto_sub",
      [
        "-h", "localhost", "-p", "\(provider.broker)", "--cafile", provider.authorities, "-V", "5", "-A",
        address,
        "--cert", files + ".crt", "--key", files + ".key", "-t", "kadomori/v1/_collector/+/status", "-v",
      ], output: files + ".heard")
    return child
  }

  @Test func `a sighting finds the gateway by its session`() throws {
    let provider = try Provider()
    try provider.start()
    let (near, far) = (try provider.gateway("near"), try provider.gateway("far"))
    let exposures = envelope(near, 1, "exposures", body([(23, "from_internet"), (80, "from_internet")]))
    #expect(try provider.publish(as: "near", "kadomori/v1/\(near)/twin/exposures", exposures) == 0)
    let gateways = [
      try connected("near", from: "127.0.0.7", at: provider),
      try connected("far", from: "127.0.0.8", at: provider),
    ]
    try provider.wait { try provider.sessions() == 3 }
    let now = Clocks.wall
    let list = """
      time,address,transport,port,protocol,state
      \(now),127.0.0.7,tcp,23,telnet,open
      \(now),127.0.0.7,tcp,80,http,closed
      \(now),127.0.0.8,tcp,7547,cwmp,open
      \(now),127.0.0.9,tcp,23,telnet,open
      2026-01-01T00:00:00Z,127.0.0.7,tcp,22,ssh,open

      """
    let file = try provider.directory.write("seen.csv", list)
    let told = try provider.json("import", "sightings", "import", file, "--source", "scanner")
    let result = try #require(told["import"] as? [String: Any])
    #expect(result["added"] as? Int == 5 && result["attributed"] as? Int == 3, "\(result)")
    #expect(result["unattributed"] as? [String: Int] == ["nobody": 2])
    #expect(try provider.done("sightings", "import", file, "--source", "scanner").contains("0 new"))

    func views() throws -> [String: Any] {
      try #require(provider.json("correlation", "correlate", "--all")["correlation"] as? [String: Any])
    }
    try provider.wait { (try views()["services"] as? [Any])?.count == 3 }
    let services = try #require(try views()["services"] as? [[String: Any]])
    func agreement(_ gateway: String, _ service: String) -> String? {
      services.first { $0["gateway"] as? String == gateway && $0["service"] as? String == service }?[
        "agreement"]
        as? String
    }
    #expect(agreement(near, "tcp/23") == "both")
    #expect(agreement(near, "tcp/80") == "inside_only")
    #expect(agreement(far, "tcp/7547") == "unconfirmed")
    let table = try provider.done("correlate")
    #expect(table.contains("outside alone would have missed: 1"))
    #expect(table.contains("inside alone would have missed: 1"))
    #expect(table.contains("open, and nobody's: 2 nobody"))

    // The provider knows who had the other address.
    let leases = try provider.directory.write(
      "leases.csv", "from,until,address,gateway\n2026-01-01T00:00:00Z,,127.0.0.9,\(far)\n")
    #expect(try provider.done("leases", "import", leases).contains("1 new"))
    #expect(try provider.done("correlate", "--gateway", far).contains("tcp/23"))

    // Gone, its address is nobody's any more.
    gateways[0].kill(SIGTERM)
    try provider.wait { try provider.sessions(running: true) == 1 }
  }

  @Test func `a list with a wrong line stores nothing unless told to`() throws {
    let provider = try Provider()
    try provider.start()
    let file = try provider.directory.write(
      "seen.csv",
      "time,address,transport,port\n2026-01-01T00:00:00Z,192.0.2.1,tcp,23\n2026-01-01T00:00:00Z,192.0.2.1,tcp,70000\n"
    )
    let refused = try provider.command("sightings", "import", file, "--source", "s")
    #expect(
      refused.status == 65 && refused.said.contains("line 3: port '70000' is not a number"), "\(refused)")
    #expect(try provider.done("sightings", "import", file, "--source", "s", "--skip-wrong").contains("1 new"))
    #expect(try provider.command("sightings", "import", "/nonexistent", "--source", "s").status == 65)
  }
}

extension Provider {
  /// Waits until something is so, at most twenty seconds.
  func wait(_ condition: () throws -> Bool) throws {
    for _ in 0..<400 {
      if try condition() { return }
      poll(nil, 0, 50)
    }
    throw FixtureError("it did not come to that:\n\(log)")
  }

  /// How many sessions of gateways were noted.
  func sessions(running: Bool = false) throws -> Int {
    let condition = "source = 'session'" + (running ? " AND ended IS NULL" : "")
    let found = try run(
      "python3",
      [
        "-c",
        "import sqlite3,sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM tenure WHERE ' + "
          + "sys.argv[2]).fetchone())", state + "/fleet.sqlite", condition,
      ])
    return Int(found.text) ?? 0
  }
}
