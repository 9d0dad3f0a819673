import BrokerFixture
import Foundation
import PostgresFixture
import Testing

extension World {
  var state: String { directory.path + "/state" }

  /// Gives a command that needs no network.
  @discardableResult
  func campaign(_ words: String...) throws -> (status: CInt, text: String) {
    try run(in: "scan", [Self.collector, "campaign"] + words + ["--state", state])
  }

  func plan(_ name: String, _ lines: String, _ words: String...) throws -> (status: CInt, text: String) {
    let file = try directory.write(
      "plan.yaml", "authorisation: \(directory.path)/authorised.txt\ninterface: scan0\n" + lines)
    return try run(
      in: "scan",
      [
        Self.collector, "campaign", "plan", name, "--plan", file, "--keys", directory.path + "/keys.json",
        "--state", state, "--lease", "2",
      ] + words)
  }

  func worker(_ name: String, log: String, _ words: String...) throws -> ChildProgram {
    try start(in: "scan", [Self.collector, "campaign", "start", name, "--state", state] + words, log: log)
  }

  /// The campaign's document, judged by its schema.
  func shown(_ name: String, list: Bool = false) throws -> [String: Any] {
    let text = try run(
      in: "scan",
      [Self.collector, "campaign", "report", name, "--json", "--state", state] + (list ? ["--list"] : []),
      errors: false
    ).text
    let faults = try Schemas.faults(of: text, by: "campaign")
    if !faults.isEmpty { throw FixtureError(faults) }
    let whole = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return whole?["campaign"] as? [String: Any] ?? [:]
  }

  /// The open ports in the store, each as often as it is there: `198.18.0.7 . 22`.
  func stored() throws -> [String] {
    try query("SELECT address || ' . ' || port FROM sighting WHERE scan_state = 'open'")
      .split(separator: "\n").map(String.init)
  }

  /// Has a database of a real PostgreSQL server be the store, which the namespaces reach by its socket.
  func storeInDatabase() throws {
    let uri = try PostgresFixture.shared.get().database()
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    try (uri + "\n").write(toFile: state + "/store", atomically: true, encoding: .utf8)
  }

  func query(_ sql: String) throws -> String {
    if let noted = try? String(contentsOfFile: state + "/store", encoding: .utf8) {
      let database = noted.prefix { $0 != "?" }.split(separator: "/").last.map(String.init) ?? ""
      return try PostgresFixture.shared.get().sql("SET search_path = kadomori; " + sql, in: database)
    }
    let script = """
      import sqlite3, sys
      for row in sqlite3.connect(sys.argv[1], timeout=20).execute(sys.argv[2]): print(*row)
      """
    return try run(in: "scan", ["python3", "-c", script, state + "/fleet.sqlite", sql]).text
  }

  func states(_ document: [String: Any]) -> [String: Int] {
    (document["results"] as? [String: Any])?["states"] as? [String: Int] ?? [:]
  }
}

/// Campaigns with real servers, workers and scanners; see ``World``.
@Suite struct CampaignTests {
  static let ports = "ports: [\(World.ports.map(String.init).joined(separator: ", "))]\nwait: 500ms\n"
  static let slow = ports + "rate: 6000\nstart_rate: 6000\ntries: 1\nmost_tries: 1\n"
  /// Ten seconds for 20,480 probes: long enough to see from outside that both workers are at it, on a busy machine too.
  static let slower = ports + "rate: 2000\nstart_rate: 2000\ntries: 1\nmost_tries: 1\n"

  /// Two workers share a campaign; one is killed in the midst of its shard, and its scanner ends by itself.
  @Test(arguments: [false, true]) func aKilledWorkerLosesNothing(inDatabase: Bool) throws {
    let world = try World()
    if inDatabase { try world.storeInDatabase() }
    let services = World.services(400, seed: 11, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    let planned = try world.plan("spring", Self.slower, "--shards", "4", "--workers", "2")
    #expect(planned.status == 0, "\(planned.text)")
    let first = try world.worker("spring", log: "first")
    let second = try world.worker("spring", log: "second")
    try world.until("both have found something, and told where they are") {
      let rows = try world.query(
        "SELECT count(*) FROM campaign_part WHERE kind = 'scan' AND checkpoint IS NOT NULL AND step > 500")
      return Int(rows.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 >= 2 ? true : nil
    }
    let before = try world.stored().count
    #expect(before > 0 && before < 400)
    // What is started in a namespace execs: the id is the worker's own.
    first.kill(SIGKILL)
    #expect(second.wait() == 0, "\(world.directory.read("second"))")
    #expect(world.directory.read("second").contains("is taken over from a worker that is gone"))
    let stored = try world.stored()
    #expect(Set(stored) == Set(services) && stored.count == services.count)
    // The second before the last place that was kept is probed twice, and canaries; nothing else.
    let probes = try world.count("syns")
    #expect(probes >= 20_480 && probes < 20_480 + 3000 + 1500, "\(probes)")
    let document = try world.shown("spring")
    #expect(document["state"] as? String == "done" && world.states(document) == ["open": 400])
    let progress = document["progress"] as? [String: Any]
    #expect(progress?["part"] as? Double == 1 && progress?["done"] as? Int == 4)
    let attribution = (document["results"] as? [String: Any])?["attribution"] as? [String: Any]
    #expect(attribution?["unattributed"] as? [String: Int] == ["nobody": 400])
  }

  @Test func aCampaignRestsAndGoesOn() throws {
    let world = try World()
    let services = World.services(300, seed: 12, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("rest", Self.slow, "--shards", "2").status == 0)
    let worker = try world.worker("rest", log: "worker")
    try world.until("results") { try world.count("syns") > 2000 ? true : nil }
    let asked = ContinuousClock.now
    let paused = try world.campaign("pause", "rest", "--reason", "maintenance", "--by", "anna")
    #expect(paused.status == 0 && paused.text.contains("by anna: maintenance"), "\(paused.text)")
    #expect(ContinuousClock.now - asked < .seconds(8))
    // No worker has a part any more, so no probe leaves.
    let resting = try world.count("syns")
    #expect(resting < 20_480)
    #expect(
      try world.run(
        in: "scan", [World.collector, "campaign", "watch", "rest", "--once", "--state", world.state]
      ).text.contains("paused"))
    #expect(try world.count("syns") == resting)
    #expect(try world.campaign("resume", "rest", "--by", "anna").status == 0)
    #expect(worker.wait() == 0, "\(world.directory.read("worker"))")
    let stored = try world.stored()
    #expect(Set(stored) == Set(services) && stored.count == 300)
    // A pause costs no probe: where a shard was given back is known to the probe.
    let probes = try world.count("syns")
    #expect(probes >= 20_480 && probes < 20_480 + 1500, "\(probes)")
    // What is done stays done, and cannot be asked for more.
    #expect(try world.campaign("start", "rest").status == 0)
    let refused = try world.campaign("pause", "rest", "--by", "anna")
    #expect(refused.status == 4 && refused.text.contains("'rest' is done"), "\(refused.text)")
    #expect(try world.campaign("report", "nothing").status == 3)
  }

  /// Whoever holds the store keeps everybody from writing for longer than a writer waits.
  @Test func aStoreThatIsAwayLosesNothing() throws {
    let world = try World()
    let services = World.services(300, seed: 13, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("away", Self.slow, "--shards", "1").status == 0)
    let worker = try world.worker("away", log: "worker")
    try world.until("results") { try world.stored().count > 20 ? true : nil }
    let hold = """
      import sqlite3, sys, time
      store = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
      store.execute("BEGIN IMMEDIATE"); time.sleep(7); store.execute("ROLLBACK")
      """
    _ = try world.run(in: "scan", ["python3", "-c", hold, world.state + "/fleet.sqlite"])
    #expect(worker.wait() == 0, "\(world.directory.read("worker"))")
    let told = world.directory.read("worker")
    #expect(told.contains("the store is away") && told.contains("the store is back"), "\(told)")
    let stored = try world.stored()
    #expect(Set(stored) == Set(services) && stored.count == 300)
  }

  @Test func anAuthorisationThatEndsHaltsIt() throws {
    let world = try World()
    try world.answer()
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("halt", Self.slow, "--shards", "2").status == 0)
    let worker = try world.worker("halt", log: "worker")
    try world.until("probes") { try world.count("syns") > 1000 ? true : nil }
    let signed = world.directory.read("authorised.txt")
    try world.directory.write("authorised.txt", signed.replacingOccurrences(of: "/21", with: "/20"))
    #expect(worker.wait() == 4)
    #expect(world.directory.read("worker").contains("changed after it was signed"))
    let sent = try world.count("syns")
    var document = try world.shown("halt")
    #expect(document["state"] as? String == "halted" && sent < 20_480)
    // Still wrong: it is refused at once, and nothing leaves.
    #expect(try world.campaign("resume", "halt", "--by", "anna").status == 0)
    #expect(try world.worker("halt", log: "again").wait() == 4)
    // Signed, but for something else than what was planned.
    try world.authorise("198.18.0.0/20")
    #expect(try world.campaign("resume", "halt", "--by", "anna").status == 0)
    #expect(try world.worker("halt", log: "other").wait() == 4)
    #expect(world.directory.read("other").contains("plan a new campaign"))
    #expect(try world.count("syns") == sent)
    // Renewed, it goes on where it was.
    try world.authorise("198.18.0.0/21")
    #expect(try world.campaign("resume", "halt", "--by", "anna").status == 0)
    #expect(try world.worker("halt", log: "renewed").wait() == 0)
    document = try world.shown("halt")
    #expect(document["state"] as? String == "done")
    let probes = try world.count("syns")
    #expect(probes >= 20_480 && probes < 20_480 + 1500, "\(probes)")
  }

  /// Signed again for the same blocks while it runs, it is read again, and the shard goes on at the probe where it was.
  @Test func anAuthorisationThatIsRenewedCostsNoProbe() throws {
    let world = try World()
    let services = World.services(300, seed: 15, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("renew", Self.slow, "--shards", "2").status == 0)
    let worker = try world.worker("renew", log: "worker")
    try world.until("probes") { try world.count("syns") > 2000 ? true : nil }
    let later = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 172_800))
    try world.authorise("198.18.0.0/21", until: later)
    #expect(worker.wait() == 0, "\(world.directory.read("worker"))")
    #expect(!world.directory.read("worker").contains("halted"))
    let stored = try world.stored()
    #expect(Set(stored) == Set(services) && stored.count == 300)
    let probes = try world.count("syns")
    #expect(probes >= 20_480 && probes < 20_480 + 1500, "\(probes)")
  }

  @Test func whoOptsOutBeforeAShardBeginsIsLeftAlone() throws {
    let world = try World()
    let services = World.services(300, seed: 14, addresses: 2048)
    try world.answer(
      open: services, before: "ip daddr 198.18.4.0/22 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/21")
    let list = try world.directory.write("opt-outs.yaml", "[]\n")
    #expect(try world.plan("out", Self.slow + "opt_outs: \(list)\n", "--shards", "3").status == 0)
    try world.directory.write(
      "opt-outs.yaml", "- {block: 198.18.4.0/22, owner: Taro Yamada, reason: by telephone}\n")
    #expect(try world.worker("out", log: "worker").wait() == 0, "\(world.directory.read("worker"))")
    #expect(try world.count("special") == 0)
    let near = services.filter { ["0", "1", "2", "3"].contains($0.split(separator: ".")[2]) }
    #expect(Set(try world.stored()) == Set(near))
    let results = try world.shown("out")["results"] as? [String: Any]
    #expect(results?["opted_out"] as? Int == 10_240)
  }

  @Test func badPlansAndNetworksAreRefused() throws {
    let world = try World(listening: [])
    try world.authorise("198.18.0.0/24")
    let everybody = try world.directory.write(
      "opt-outs.yaml", "- {block: 198.18.0.0/16, owner: Example Net, reason: a merger}\n")
    let nobody = try world.plan("none", Self.slow + "opt_outs: \(everybody)\n")
    #expect(nobody.status == 4 && nobody.text.contains("everybody in scope has opted out"), "\(nobody.text)")
    let all = try world.plan("dark", Self.slow, "--blackout", "00:00-12:00", "--blackout", "12:00-24:00")
    #expect(all.status == 64 && all.text.contains("no hour of the day"), "\(all.text)")
    let part = try world.plan("part", Self.slow + "shard: 1/4\nkey: \(String(repeating: "00", count: 24))\n")
    #expect(part.status == 64 && part.text.contains("are the campaign's"), "\(part.text)")
    let echoes = try world.plan("echoes", Self.slow + "echo: true\n")
    #expect(echoes.status == 64 && echoes.text.contains("'echo' is for 'wide-scan'"), "\(echoes.text)")
    #expect(try world.plan("road", Self.slow, "--shards", "1").status == 0)
    let twice = try world.plan("road", Self.slow, "--shards", "1")
    #expect(twice.status == 4 && twice.text.contains("another name"), "\(twice.text)")
    try world.ip("scan", "route del 198.18.0.0/15")
    #expect(try world.worker("road", log: "worker").wait() == 69)
    #expect(world.directory.read("worker").contains("no route to block"))
    // Another machine's network may be right: the campaign itself goes on.
    #expect(try world.shown("road")["state"] as? String == "running")
    try world.authorise("198.18.0.0/24", until: "2020-01-01T00:00:00Z")
    #expect(try world.worker("road", log: "late").wait() == 4)
    #expect(world.directory.read("late").contains("expired"))
  }

  @Test func nothingLeavesInBlackoutHours() throws {
    let world = try World(listening: [])
    try world.answer()
    try world.authorise("198.18.0.0/24")
    // All of the day but the minute that has just passed, by the machine's own time zone.
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    let minute = (Int(parts.tm_hour) * 60 + Int(parts.tm_min) + 1439) % 1440
    func text(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }
    let hours = minute == 1439 ? "00:00-23:59" : "\(text(minute + 1))-\(text(minute))"
    #expect(try world.plan("night", Self.slow, "--shards", "1", "--blackout", hours).status == 0)
    let worker = try world.worker("night", log: "worker")
    try world.until("word of it") {
      world.directory.read("worker").contains("nothing is probed before") ? true : nil
    }
    #expect(try world.count("syns") == 0)
    worker.signal(SIGTERM)
    #expect(worker.wait() == 130)
  }
}
