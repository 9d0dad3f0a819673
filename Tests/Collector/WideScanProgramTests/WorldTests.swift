import BrokerFixture
import Foundation
import Testing

@Suite struct WorldTests {
  private static let all = "ports: [\(World.ports.map(String.init).joined(separator: ", "))]\nwait: 500ms\n"
  private static let fast = all + "rate: 5000000\nstart_rate: 5000000\n"

  /// The world of the size of a provider, at full speed: all found, none twice, none false.
  @Test(arguments: ["af_xdp", "sendmmsg"]) func everyServiceOfAProvider(_ tier: String) throws {
    let world = try World()
    let services = World.services(4000, seed: 1)
    try world.answer(open: services)
    try world.authorise(World.block)
    let found = try world.scan(Self.fast + "tier: \(tier)\n")
    let open = found.elements("open")
    #expect(found.status == 0 && found.report["tier"] as? String == tier, "\(found.errors)")
    #expect(Set(open) == Set(services) && open.count == services.count && found.lines.count == open.count)
    #expect(found.number("targets") == 1_310_720 && found.number("forged") == 0)
    #expect(found.number("not_sent") == 0 && found.number("not_heard") == 0)
    // Nothing was sent twice but retries and canaries: each silent target was tried twice.
    let probes = try world.count("syns")
    let canaries = probes - (4000 + 2 * (1_310_720 - 4000))
    #expect((0...100_000).contains(canaries) && found.number("probes") == probes)
    // Our reset answers each acceptance, nothing is left half open, and no checksum was wrong.
    let (resets, accepts) = (try world.count("resets"), try world.count("accepts"))
    #expect(resets == accepts && resets >= found.elements("open").count)
    #expect(!world.directory.read("listeners").contains("connected"))
    let halfOpen = try world.run(in: "world", ["ss", "-Htan", "state", "syn-recv"]).text
    #expect(halfOpen.isEmpty, "\(halfOpen)")
    let errors = try world.run(in: "world", ["nstat", "-asz", "TcpInCsumErrors", "IpInHdrErrors"]).text
    #expect(
      errors.split(separator: "\n").dropFirst().allSatisfy {
        $0.split(whereSeparator: \.isWhitespace)[1] == "0"
      })
  }

  @Test func everyKindOfAnswerIsToldApart() throws {
    let world = try World()
    let some = World.services(400, seed: 2, addresses: 1024)
    let (open, closed, barred, gone) = (
      Array(some[..<100]), Array(some[100..<200]), Array(some[200..<300]), Array(some[300...])
    )
    // As fast as a kernel lets errors of ICMP out (net.ipv4.icmp_msgs_per_sec), not slower.
    for key in ["icmp_ratelimit", "icmp_ratemask"] {
      try world.run(in: "world", ["sh", "-c", "echo 0 > /proc/sys/net/ipv4/\(key)"])
    }
    try world.answer(open: open, closed: closed, barred: barred, gone: gone)
    try world.authorise("198.18.0.0/22")
    let found = try world.scan(Self.all + "rate: 4000\nstart_rate: 4000\ntries: 2\nmost_tries: 2\n")
    #expect(found.status == 0, "\(found.errors)")
    let complaint = try world.complaint(about: found.output)
    #expect(complaint == "kept\n", "\(complaint)")
    for (state, elements) in [
      ("open", open), ("closed", closed), ("filtered", barred), ("unreachable", gone),
    ] {
      #expect(found.elements(state).sorted() == elements.sorted(), "\(state)")
    }
    // Who it was that refused is named, where it was not the target: here the kernel answers as the target itself.
    #expect(found.lines.allSatisfy { $0.by == nil })
    #expect(found.number("repeated") > 0)
  }

  @Test func IPv6IsProbedAsWell() throws {
    let world = try World()
    let open = ["2001:db8:100::7 . 22", "2001:db8:100::7 . 80", "2001:db8:100::ff . 443"]
    try world.answer(open: World.services(50, seed: 3, addresses: 256), open6: open)
    try world.authorise("198.18.0.0/24", "2001:db8:100::/120")
    let found = try world.scan(Self.fast)
    #expect(found.status == 0, "\(found.errors)")
    let six = found.elements("open").filter { $0.contains(":") }
    #expect(six.sorted() == open.sorted() && found.elements("open").count == 53)
    let (resets, accepts) = (try world.count("resets"), try world.count("accepts"))
    #expect(resets == accepts && resets >= found.elements("open").count)
  }

  /// A line that carries two thousand a second, and nobody says so.
  @Test func aNarrowLineIsFoundOut() throws {
    let world = try World()
    let services = World.services(1000, seed: 4, addresses: 2048)
    try world.answer(
      open: services,
      before: "tcp flags & (syn|ack|rst) == syn limit rate over 2000/second burst 20 packets drop")
    try world.authorise("198.18.0.0/21")
    let found = try world.scan(Self.all + "rate: 100000\nstart_rate: 100000\n")
    let open = found.elements("open")
    #expect(found.status == 0 && Set(open).isSubset(of: services) && Set(open).count == open.count)
    #expect(open.count >= 990, "\(open.count) of 1000")
    #expect((found.report["rate_at_end"] as? Double ?? .infinity) < 4000, "\(found.report)")
  }

  /// Killed at a bad moment, it goes on; nothing is lost, and little is asked twice.
  @Test(arguments: [1, 2, 3]) func aKilledScanGoesOn(_ round: Int) throws {
    let world = try World()
    let services = World.services(300, seed: UInt64(round), addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    let plan = Self.all + "rate: 5000\nstart_rate: 5000\ntries: 1\nmost_tries: 1\n"
    let checkpoint = world.directory.path + "/checkpoint"
    let command = try world.arguments(plan, ["--checkpoint", checkpoint])
    let first = try world.start(in: "scan", command, log: "first")
    try world.until("a checkpoint") { FileManager.default.fileExists(atPath: checkpoint) ? true : nil }
    // A few results later, wherever it then is.
    let seen = world.directory.read("first").split(separator: "\n").count
    try world.until("more results") {
      world.directory.read("first").split(separator: "\n").count > seen + 10 * round ? true : nil
    }
    first.kill(SIGKILL)
    let before = try world.count("syns")
    #expect(before < 20_480)
    let second = try world.scan(plan, "--checkpoint", checkpoint)
    #expect(second.status == 0 && second.errors.contains("goes on from the checkpoint"), "\(second.errors)")
    // Lines of talk stand between those of data, and the last one may be cut off.
    let whole = world.directory.read("first").split(separator: "\n").filter {
      $0.hasPrefix("{") && $0.hasSuffix("}")
    }
    let told = try Found(status: 0, output: whole.joined(separator: "\n"), errors: "").elements("open")
    #expect(Set(told + second.elements("open")) == Set(services))
    #expect(Set(second.elements("open")).count == second.elements("open").count)
    // At most the probes of the second after the last checkpoint leave twice, and canaries.
    let all = try world.count("syns")
    #expect(all < 20_480 + 7500 + 1000)
    #expect(!FileManager.default.fileExists(atPath: checkpoint))
  }

  @Test func whoeverOptsOutMeanwhileIsLeftAlone() throws {
    let world = try World()
    try world.answer(before: "ip daddr 198.18.4.0/22 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/21")
    let list = try world.directory.write("opt-outs.yaml", "[]\n")
    let plan = Self.all + "rate: 5000\nstart_rate: 5000\ntries: 1\nmost_tries: 1\nopt_outs: \(list)\n"
    let scan = try world.start(in: "scan", try world.arguments(plan), log: "scan")
    try world.until("probes") { try world.count("special") > 100 ? true : nil }
    try world.directory.write(
      "opt-outs.yaml", "- {block: 198.18.4.0/22, owner: Taro Yamada, reason: by telephone}\n")
    try world.until("the list is read", seconds: 5) {
      world.directory.read("scan").contains("has changed") ? true : nil
    }
    let until = try world.count("special")
    #expect(scan.wait() == 0)
    let end = try world.count("special")
    #expect(end == until && until < 10_240)
    let lines = world.directory.read("scan").split(separator: "\n").filter { $0.hasPrefix("{\"report") }
    let report = try Found(status: 0, output: lines.joined(), errors: "")
    #expect(report.number("opted_out") == 10_240 - until)
  }

  /// Asked to end, it says how far it is and keeps its place; who opts out before it goes on is not probed any more.
  @Test func whoeverOptsOutWhileAScanRestsIsLeftAlone() throws {
    let world = try World()
    try world.answer(before: "ip daddr 198.18.4.0/22 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/21")
    let list = try world.directory.write("opt-outs.yaml", "[]\n")
    let plan = Self.all + "rate: 5000\nstart_rate: 5000\ntries: 1\nmost_tries: 1\nopt_outs: \(list)\n"
    let checkpoint = world.directory.path + "/checkpoint"
    let first = try world.start(
      in: "scan", try world.arguments(plan, ["--checkpoint", checkpoint]), log: "scan")
    try world.until("probes") { try world.count("special") > 500 ? true : nil }
    first.signal(SIGTERM)
    #expect(first.wait() == 130)
    #expect(world.directory.read("scan").contains("\"complete\":false"))
    try world.directory.write(
      "opt-outs.yaml", "- {block: 198.18.4.0/22, owner: Taro Yamada, reason: by telephone}\n")
    let before = try world.count("special")
    let second = try world.scan(plan, "--checkpoint", checkpoint)
    #expect(second.status == 0 && second.errors.contains("goes on from the checkpoint"), "\(second.errors)")
    #expect(try world.count("special") == before && before < 10_240)
  }

  @Test func anInterfaceThatGoesDownIsWaitedFor() throws {
    let world = try World()
    let services = World.services(300, seed: 5, addresses: 2048)
    try world.answer(open: services)
    try world.authorise("198.18.0.0/21")
    let plan = Self.all + "rate: 5000\nstart_rate: 5000\n"
    let scan = try world.start(in: "scan", try world.arguments(plan), log: "scan")
    try world.until("results") { world.directory.read("scan").contains("\"open\"") ? true : nil }
    try world.ip("scan", "link set scan0 down")
    try world.until("word of it") { world.directory.read("scan").contains("is down") ? true : nil }
    try world.ip("scan", "link set scan0 up")
    #expect(scan.wait() == 0)
    let lines = world.directory.read("scan").split(separator: "\n").filter { $0.hasPrefix("{") }
    let found = try Found(status: 0, output: lines.joined(separator: "\n"), errors: "")
    #expect(Set(found.elements("open")) == Set(services), "\(world.directory.read("scan").suffix(600))")
  }

  /// Everything is sent, and nothing sends any more that would notice; nobody is heard before the interface is back.
  @Test func anInterfaceThatGoesDownWhileAnswersAreAwaitedIsWaitedFor() throws {
    let world = try World()
    let services = World.services(60, seed: 6, addresses: 256)
    try world.answer()
    try world.authorise("198.18.0.0/24")
    let plan = """
      ports: [\(World.ports.map(String.init).joined(separator: ", "))]
      wait: 6s
      rate: 20000
      start_rate: 20000
      tries: 1
      most_tries: 2
      tolerated_miss: 1

      """
    let scan = try world.start(in: "scan", try world.arguments(plan), log: "scan")
    try world.until("all probes") { try world.count("syns") == 2560 ? true : nil }
    try world.ip("scan", "link set scan0 down")
    try world.until("word of it") { world.directory.read("scan").contains("is down") ? true : nil }
    try world.forget()
    try world.answer(open: services)
    try world.ip("scan", "link set scan0 up")
    #expect(scan.wait() == 0)
    let lines = world.directory.read("scan").split(separator: "\n").filter { $0.hasPrefix("{") }
    let found = try Found(status: 0, output: lines.joined(separator: "\n"), errors: "")
    #expect(Set(found.elements("open")) == Set(services), "\(world.directory.read("scan").suffix(600))")
  }
}
