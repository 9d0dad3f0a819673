import BrokerFixture
import Foundation
import Testing

/// Others that answer what was not asked of them, a clock that jumps, and the way without privileges.
@Suite struct HostileWorldTests {
  private static let all =
    "ports: [22, 80]\nwait: 500ms\nrate: 4000\nstart_rate: 4000\ntries: 1\nmost_tries: 1\n"

  /// Wrong acknowledgements, an answer of another host and a connection that goes nowhere, from a packet socket behind a
  /// real kernel: the genuine ports are found, the rest is counted and told.
  @Test func whoForgesIsNotBelieved() throws {
    let world = try World()
    let open = ["198.18.0.7 . 22", "198.18.0.9 . 80"]
    try world.answer(open: open)
    try world.authorise("198.18.0.0/25")
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    // Those whose answers come from the address after them are at the end of what is scanned: that one is no target.
    try world.start(
      in: "world", ["python3", here + "/forger.py", "eth0", "198.18.0.20", "198.18.0.30", "198.18.0.127"],
      log: "forger")
    try world.until("the forger is ready") { world.directory.read("forger").contains("ready") ? true : nil }
    let rules = try world.directory.write(
      "watch.nft",
      """
      table inet watch {
      chain incoming {
      type filter hook input priority -1
      ip daddr { 198.18.0.20, 198.18.0.128 } tcp flags & rst == rst counter
      }
      }

      """)
    try world.run(in: "world", ["nft", "-f", rules])
    let found = try world.scan(Self.all)
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.elements("open").sorted() == open)
    #expect(found.elements("tarpit").sorted() == ["198.18.0.30 . 22", "198.18.0.30 . 80"])
    #expect(found.lines.count == 4)
    // Three wrong ones to each of two ports; two answers of somebody who was not asked.
    #expect(found.number("forged") == 6 && found.number("unrelated") == 2, "\(found.report)")
    // And there is no reset for what was forged, which would tell its maker that somebody believed it.
    let watched = try world.run(in: "world", ["nft", "list", "table", "inet", "watch"]).text
    #expect(watched.contains("packets 0"), "\(watched)")
  }

  /// The time of day jumps a year ahead, or back, while a scan runs: it neither ends nor tells times that never were.
  @Test(arguments: [400 * 86_400, -20 * 365 * 86_400]) func aClockThatJumpsChangesNothing(_ step: Int) throws
  {
    let world = try World()
    let open = World.services(60, seed: 8, addresses: 1024)
    try world.answer(open: open)
    try world.authorise("198.18.0.0/22")
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/stepping-clock.c"
    let library = world.directory.path + "/stepping-clock.so"
    let compiled = try BrokerFixture.run(
      "cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"], in: world.directory)
    try #require(compiled.status == 0, "\(compiled.text)")
    let plan =
      "ports: [\(World.ports.map(String.init).joined(separator: ", "))]\nwait: 500ms\n"
      + "rate: 4000\nstart_rate: 4000\ntries: 1\nmost_tries: 1\n"
    let found = try world.scan(
      plan, [], by: ["env", "LD_PRELOAD=\(library)", "CLOCK_STEP=\(step)"])
    #expect(found.status == 0, "\(found.errors)")
    #expect(Set(found.elements("open")) == Set(open))
    let year = Calendar(identifier: .gregorian).component(.year, from: Date())
    let lines = found.output.split(separator: "\n").filter { $0.contains("\"time\"") }
    #expect(lines.count == open.count && lines.allSatisfy { $0.contains("\"time\":\"\(year)-") })
  }

  /// Without CAP_NET_RAW the kernel opens the connections: what is open, closed, filtered and unreachable is the same, and
  /// by whom; it is slower, says so, and leaves nothing open.
  @Test func withoutThePrivilegeTheVerdictsAreTheSame() throws {
    let world = try World()
    let some = World.services(120, seed: 9, addresses: 256)
    let (open, closed, barred, gone) = (
      Array(some[..<30]), Array(some[30..<60]), Array(some[60..<90]), Array(some[90...])
    )
    for key in ["icmp_ratelimit", "icmp_ratemask"] {
      try world.run(in: "world", ["sh", "-c", "echo 0 > /proc/sys/net/ipv4/\(key)"])
    }
    let open6 = ["2001:db8:100::7 . 22", "2001:db8:100::8 . 80"]
    try world.answer(open: open, closed: closed, barred: barred, gone: gone, open6: open6)
    try world.authorise("198.18.0.0/24", "2001:db8:100::/124")
    let plan =
      "ports: [\(World.ports.map(String.init).joined(separator: ", "))]\nwait: 500ms\n"
      + "rate: 3000\nstart_rate: 3000\ntries: 1\nmost_tries: 1\n"
    let raw = try world.scan(plan)
    let plain = try world.scanWithoutPrivilege(plan)
    #expect(plain.status == 0 && plain.report["tier"] as? String == "connect", "\(plain.errors)")
    #expect(plain.errors.contains("CAP_NET_RAW is missing"))
    let complaint = try world.complaint(about: plain.output)
    #expect(complaint == "kept\n", "\(complaint)")
    func verdicts(_ found: Found) -> [String] {
      found.lines.map { "\($0.element) \($0.state) \($0.by ?? "-")" }.sorted()
    }
    #expect(verdicts(plain) == verdicts(raw))
    #expect(plain.elements("open").sorted() == (open + open6).sorted())
    for (state, elements) in [("closed", closed), ("filtered", barred), ("unreachable", gone)] {
      #expect(plain.elements(state).sorted() == elements.sorted(), "\(state)")
    }
    let left = try world.run(in: "world", ["ss", "-Htan", "state", "established", "state", "syn-recv"]).text
    #expect(left.isEmpty, "\(left)")
    // Where it was asked for, it is no surprise; and an echo cannot be had.
    let asked = try world.scan(plan + "tier: connect\n")
    #expect(asked.status == 0 && !asked.errors.contains("CAP_NET_RAW"))
    let echo = try world.scan("echo: true\ntier: connect\n")
    #expect(echo.status == 69 && echo.errors.contains("an echo needs frames of our own"), "\(echo.errors)")
  }
}
