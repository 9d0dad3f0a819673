import BrokerFixture
import Foundation
import Testing

@Suite struct RefusalTests {
  private static let plan = "ports: [22]\nrate: 100000\n"

  /// Whatever is wrong, not one probe leaves.
  private func refuses(
    _ world: World, _ plan: String = Self.plan, status: CInt, saying words: String
  ) throws {
    let found = try world.scan(plan)
    #expect(found.status == status, "\(found.errors)")
    #expect(found.errors.contains(words), "\(found.errors)")
    #expect(found.lines.isEmpty && found.report.isEmpty)
    #expect(try world.count("syns") == 0)
  }

  @Test func nothingIsProbedThatIsNotAuthorised() throws {
    let world = try World()
    try world.answer(open: World.services(10, seed: 1))
    try world.authorise("198.18.0.0/24", interface: "wan7")
    try refuses(world, status: 4, saying: "not for interface 'scan0'")
    try world.authorise("198.18.0.0/24")
    try refuses(
      world, Self.plan + "blocks: [198.18.1.0/24]\n", status: 4, saying: "is not in the authorisation")
    try refuses(world, Self.plan + "blocks: [0.0.0.0/0]\n", status: 65, saying: "nobody owns as much as /0")
    let path = world.directory.path + "/authorised.txt"
    let signed = try String(contentsOfFile: path, encoding: .utf8)
    try world.directory.write("authorised.txt", signed.replacingOccurrences(of: "/24", with: "/16"))
    try refuses(world, status: 4, saying: "was changed after it was signed")
    try world.authorise("198.18.0.0/24", until: "2020-01-01T00:00:00Z")
    try refuses(world, status: 4, saying: "expired at 2020-01-01T00:00:00Z")
    let list = try world.directory.write("all.yaml", "- {block: 198.0.0.0/8, owner: A, reason: B}\n")
    try world.authorise("198.18.0.0/24")
    try refuses(
      world, Self.plan + "opt_outs: \(list)\n", status: 4, saying: "everybody in scope has opted out")
    let broken = try world.directory.write("broken.yaml", "- {block: 198.0.0.0/8, owner: A}\n")
    try refuses(world, Self.plan + "opt_outs: \(broken)\n", status: 65, saying: "broken.yaml:1:")
  }

  @Test func withoutAWayNothingIsSent() throws {
    let world = try World()
    try world.answer()
    try world.authorise("198.18.0.0/24")
    try world.ip("scan", "route del \(World.block)")
    try refuses(world, status: 69, saying: "no route to block 198.18.0.0/24")
    try world.ip("scan", "route add \(World.block) via 198.51.100.77")
    try refuses(world, status: 69, saying: "198.51.100.77 does not say its hardware address")
    try world.ip("scan", "route del \(World.block)")
    try world.ip("scan", "route add \(World.block) dev scan0")
    try refuses(world, status: 69, saying: "is on the link")
    try world.ip("scan", "link set scan0 down")
    try refuses(world, status: 69, saying: "interface 'scan0' is down")
    let other = Self.plan.replacingOccurrences(of: "rate", with: "rat")
    try refuses(world, other, status: 65, saying: "did you mean 'rate'")
  }

  @Test func absurdBlocksAreNotSigned() throws {
    let world = try World()
    for block in ["0.0.0.0/0", "::/0", "198.18.0.1/24", "127.0.0.0/8", "2001:db8::/32"] {
      #expect(throws: FixtureError.self, "\(block)") { try world.authorise(block) }
    }
    #expect(throws: FixtureError.self) {
      try world.authorise("198.18.0.0/24", "198.18.0.128/25")
    }
  }

  /// The whole scope once, and a capture that another program reads.
  @Test func aDryRunSendsNothingAndShowsAll() throws {
    let world = try World()
    try world.answer()
    try world.authorise("198.18.0.0/23")
    let records = try world.directory.write("records", "")
    let plan = "ports: [22, 80, 443]\n"
    let binary = try world.arguments(plan, ["--dry-run", "--format", "binary"])
    let result = try world.run(in: "scan", ["sh", "-c", "exec \"$0\" \"$@\" >\(records)"] + binary)
    #expect(result.status == 0, "\(result.text)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: records)))
    #expect(bytes.count == 512 * 3 * 6)
    let all = Set(stride(from: 0, to: bytes.count, by: 6).map { Array(bytes[$0..<$0 + 6]) })
    #expect(all.count == 512 * 3)
    #expect(
      all.allSatisfy {
        $0[0] == 198 && $0[1] == 18 && $0[2] < 2 && [22, 80, 443].contains(Int($0[4]) << 8 | Int($0[5]))
      })
    let capture = world.directory.path + "/dry.pcap"
    _ = try world.run(in: "scan", try world.arguments(plan, ["--dry-run", "--pcap", capture]))
    let text = try world.run(in: "scan", ["tcpdump", "-nvvr", capture], errors: false).text
    #expect(text.components(separatedBy: "Flags [S], cksum").count - 1 == 1536)
    #expect(!text.contains("incorrect") && text.contains("mss 1460"))
    #expect(try world.count("syns") == 0)
  }
}
