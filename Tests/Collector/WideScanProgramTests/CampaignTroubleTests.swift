import BrokerFixture
import Foundation
import Testing

/// What befalls a machine while a campaign runs on it.
@Suite struct CampaignTroubleTests {
  private static let twice =
    CampaignTests.ports + "rate: 6000\nstart_rate: 6000\ntries: 2\nmost_tries: 2\n"

  /// The interface goes down and comes back; who opts out meanwhile gets no more probes.
  @Test(arguments: ["af_xdp", "sendmmsg"]) func anInterfaceThatGoesDownIsWaitedFor(_ tier: String) throws {
    let world = try World()
    let services = World.services(400, seed: 21, addresses: 2048)
    try world.answer(
      open: services, before: "ip daddr 198.18.4.0/22 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/21")
    let list = try world.directory.write("opt-outs.yaml", "[]\n")
    let plan = Self.twice + "tier: \(tier)\nopt_outs: \(list)\n"
    #expect(try world.plan("down", plan, "--shards", "1").status == 0)
    let worker = try world.worker("down", log: "worker")
    try world.until("probes") { try world.count("syns") > 2000 ? true : nil }
    try world.ip("scan", "link set scan0 down")
    try world.until("word of it") {
      world.directory.read("worker").contains("is down; the scan waits") ? true : nil
    }
    try world.directory.write(
      "opt-outs.yaml", "- {block: 198.18.4.0/22, owner: Taro Yamada, reason: by telephone}\n")
    try world.until("the list is read") {
      world.directory.read("worker").contains("1 entries are left alone from now on") ? true : nil
    }
    let special = try world.count("special")
    try world.ip("scan", "link set scan0 up")
    #expect(worker.wait() == 0, "\(world.directory.read("worker"))")
    #expect(world.directory.read("worker").contains("is up again"))
    let after = try world.count("special")
    #expect(after == special, "\(special), then \(after)")
    // Two tries of everybody else: what was lost while it was down is found by the second.
    let near = services.filter { ["0", "1", "2", "3"].contains($0.split(separator: ".")[2]) }
    #expect(Set(try world.stored()).isSuperset(of: near))
    let results = try #require(try world.shown("down")["results"] as? [String: Any])
    #expect(results["opted_out"] as? Int ?? 0 > 10_000, "\(results)")
  }

  /// An interface of the same name that was made anew is not the one that was opened: the worker says so, and the next
  /// goes on where it was.
  @Test func anInterfaceThatWasMadeAnewEndsTheWorker() throws {
    let world = try World()
    let services = World.services(300, seed: 22, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("anew", CampaignTests.slow, "--shards", "1").status == 0)
    let worker = try world.worker("anew", log: "worker")
    try world.until("probes") { try world.count("syns") > 2000 ? true : nil }
    try world.ip("scan", "link del scan0")
    try world.until("word of it") {
      world.directory.read("worker").contains("is down; the scan waits") ? true : nil
    }
    let before = try world.count("syns")
    try world.cable()
    #expect(worker.wait() == 69, "\(world.directory.read("worker"))")
    #expect(world.directory.read("worker").contains("another of that name made"))
    #expect(try world.count("syns") == before)
    #expect(try world.worker("anew", log: "next").wait() == 0, "\(world.directory.read("next"))")
    let stored = try world.stored()
    #expect(stored.count == Set(stored).count && Set(stored).isSubset(of: services))
    // Tried once, what left while the cable was cut is not found, and is counted.
    #expect(stored.count >= 280, "\(stored.count)")
    #expect(try world.shown("anew")["state"] as? String == "done")
  }

  /// Has the time of day of every program that `words` start jump, once there is a file with a number of seconds.
  private func stepping(_ world: World, _ words: [String]) throws -> [String] {
    let folder = world.directory.path
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/stepping-clock.c"
    let library = folder + "/stepping-clock.so"
    let compiled = try BrokerFixture.run(
      "cc",
      ["-shared", "-fPIC", "-DCLOCK_STEP_FILE=\"\(folder)/step\"", "-o", library, source, "-ldl"],
      in: world.directory)
    try #require(compiled.status == 0, "\(compiled.text)")
    try FileManager.default.createDirectory(atPath: folder + "/etc", withIntermediateDirectories: false)
    try world.directory.write("etc/ld.so.preload", library + "\n")
    // A worker starts its scanners with an environment of its own: the loader is told by a file, for these alone.
    let mounts = "mount -t overlay overlay -o lowerdir=\(folder)/etc:/etc /etc && exec \"$0\" \"$@\""
    return ["unshare", "--mount", "sh", "-c", mounts] + words
  }

  /// The time of day jumps an hour ahead, or back, for two workers, their scanners and their store.
  @Test(arguments: [3600, -3600]) func aClockThatIsSetChangesNothing(_ step: Int) throws {
    let world = try World()
    let services = World.services(300, seed: 23, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("clock", CampaignTests.slow, "--shards", "4", "--workers", "2").status == 0)
    let words = [World.collector, "campaign", "start", "clock", "--state", world.state]
    let command = try stepping(world, words)
    let workers = try ["first", "second"].map { try world.start(in: "scan", command, log: $0) }
    try world.until("results") { try world.stored().count > 40 ? true : nil }
    try world.directory.write("step", "\(step)")
    for (worker, log) in zip(workers, ["first", "second"]) {
      #expect(worker.wait() == 0, "\(world.directory.read(log))")
    }
    let stored = try world.stored()
    #expect(Set(stored) == Set(services) && stored.count == 300)
    // Both leases may seem over, and two parts be begun anew at the place that was stored last.
    let probes = try world.count("syns")
    #expect(probes >= 20_480 && probes < 20_480 + 2 * 5120 + 1500, "\(probes)")
    #expect(try world.shown("clock")["state"] as? String == "done")
  }

  /// A clock that jumps beyond the authorisation halts a campaign with the reason; set right, it goes on.
  @Test func aClockThatIsFarAheadHaltsIt() throws {
    let world = try World()
    let services = World.services(300, seed: 24, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    #expect(try world.plan("far", CampaignTests.slow, "--shards", "4").status == 0)
    let words = [World.collector, "campaign", "start", "far", "--state", world.state]
    let worker = try world.start(in: "scan", try stepping(world, words), log: "worker")
    try world.until("results") { try world.stored().count > 40 ? true : nil }
    try world.directory.write("step", "\(400 * 86_400)")
    #expect(worker.wait() == 4, "\(world.directory.read("worker"))")
    #expect(world.directory.read("worker").contains("expired at"), "\(world.directory.read("worker"))")
    #expect(try world.shown("far")["state"] as? String == "halted")
    let sent = try world.count("syns")
    #expect(sent < 20_480, "\(sent)")
    #expect(try world.campaign("resume", "far", "--by", "anna").status == 0)
    #expect(try world.worker("far", log: "right").wait() == 0, "\(world.directory.read("right"))")
    #expect(Set(try world.stored()) == Set(services))
    #expect(try world.count("syns") < 20_480 + 1500)
  }
}
