import Addresses
import Foundation
import Posture
import Testing

@testable import Firewall

/// The decisions that need no kernel.
@Suite struct ValueTests {
  private let sides = Sides(wan: ["wan0"], lan: ["lan0"])

  @Test func theRulesOnlyEverDropInTablesOfOurOwn() {
    let chunk = IndicatorChunk(begins: true, addresses: [], own: [], sides: sides)
    for text in [Ruleset.structure(sides), Ruleset.learning(sides), Ruleset.load(chunk, [])] {
      #expect(!text.contains("flush ruleset") && !text.contains("policy drop"))
      #expect(!text.contains("reject") && !text.contains("dnat") && !text.contains("masquerade"))
      for line in text.split(separator: "\n") where line.hasPrefix("add ") || line.hasPrefix("flush ") {
        #expect(line.contains(" inet kadomori"), "\(line)")
      }
    }
  }

  /// An outside probe has to see what a stranger sees: an address alone exempts nobody.
  @Test func noAddressIsExemptOnAllPorts() {
    let accepts = Ruleset.structure(sides).split(separator: "\n").filter { $0.hasSuffix("accept") }
    for line in accepts {
      #expect(!line.contains("saddr") || line.contains("tcp dport @session"), "\(line)")
    }
  }

  @Test func marksComeBackAndOthersAreNotOurs() throws {
    let closing = Closing(
      id: "cl-aaaaaaaa", target: ClosingTarget(.tcp(23)), hold: .confirmed, plan: "plan-abcd2345",
      initiator: "0/1000", seconds: 7, dropped: 3)
    #expect(
      Closing(mark: closing.mark, target: closing.target, seconds: 7, dropped: 3) == closing)
    #expect(closing.mark.utf8.count <= 128)
    for mark in ["", "kept", "mine cl-a plan-b 0", "kept cl-a plan-b 0 more"] {
      #expect(Closing(mark: mark, target: closing.target, seconds: 1, dropped: nil) == nil)
    }
  }

  @Test func onlyWhoClosedConfirms() throws {
    let agent = Initiator(user: 998)
    let (anna, beate) = ("00112233445566ff", "8899aabbccddeeff")
    let both = try agent.acting(for: [beate, anna])
    #expect(both.text == "key:\(anna),\(beate)" && Initiator.isPlain(both.text))
    let (one, other) = (try agent.acting(for: [anna]), try agent.acting(for: ["0000000000000000"]))
    #expect(one.isInitiator(both.text) && both.isInitiator(one.text) && !other.isInitiator(both.text))
    #expect(try agent.acting(for: nil) == agent)
    #expect(!agent.isInitiator(one.text) && !one.isInitiator(agent.text) && agent.isInitiator("998"))
    for wrong in [
      [], ["key:x"], ["0011223344556677,"], [String](repeating: anna, count: 5), [anna.uppercased()],
    ] {
      #expect(throws: FirewallError.self) { try agent.acting(for: wrong) }
    }
    let mark = Closing(
      id: "cl-aaaaaaaa", target: ClosingTarget(.tcp(23)), hold: .confirmed, plan: "plan-abcd2345",
      initiator: try agent.acting(for: (0..<4).map { "000000000000000\($0)" }).text, seconds: 7
    ).mark
    #expect(mark.utf8.count <= 128)
  }

  @Test func whatWasDownBeforeIsNotLost() {
    let before = [
      ClosingCheck(.gateway, .reached), ClosingCheck(.dns, .lost), ClosingCheck(.broker, .reached),
      ClosingCheck(.session, .absent),
    ]
    #expect(
      Verification.compare(
        before: before, after: [ClosingCheck(.gateway, .reached), ClosingCheck(.broker, .lost)])
        == [
          ClosingCheck(.gateway, .reached), ClosingCheck(.dns, .down), ClosingCheck(.broker, .lost),
          ClosingCheck(.session, .absent),
        ])
    #expect(
      Verification.compare(before: [ClosingCheck(.dns, .lost)], after: [ClosingCheck(.dns, .reached)])
        == [ClosingCheck(.dns, .reached)])
  }

  @Test(arguments: ["wan0\"", "a b", "", "wan*", "a-very-long-name0", "x;y", "wan\n"])
  func namesThatWouldBecomeRulesAreRefused(_ name: String) {
    #expect(Sides(wan: [name], lan: []).fault != nil)
    #expect(Sides(wan: [], lan: [name]).fault != nil)
  }

  @Test func anInterfaceHasOneSide() {
    #expect(Sides(wan: ["ppp0", "eth0.2"], lan: ["br-lan"]).fault == nil)
    #expect(Sides(wan: ["eth0"], lan: ["eth0"]).fault != nil)
    var line = Sides(wan: ["wan0"], lan: ["lan0"]).adding(["ppp0", "wan0", "lan0"])
    #expect(line == Sides(wan: ["ppp0", "wan0"], lan: ["lan0"]))
    for number in 1...40 { line = line.adding(["ppp\(number)", "wan0"]) }
    #expect(line.fault == nil && line.wan.count == 32 && line.wan.suffix(2) == ["ppp40", "wan0"])
  }

  @Test func defaultRoutesAreReadAsTheKernelWritesThem() {
    let v4 = """
      Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
      ppp0\t00000000\t016433C6\t0003\t0\t0\t0\t00000000\t0\t0\t0
      lan0\t0009A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
      """
    let zeros = String(repeating: "0", count: 32)
    let v6 = """
      \(zeros) 00 \(zeros) 00 20010db8000100000000000000000002 00000400 1 0 00000003 wan6
      \(zeros) 00 \(zeros) 00 \(zeros) ffffffff 1 0 00200200 lo
      20010db8000900000000000000000000 40 \(zeros) 00 \(zeros) 00000100 1 0 00000001 lan0
      """
    #expect(Sides.defaultRoutes(v4: Array(v4.utf8), v6: Array(v6.utf8)) == ["ppp0", "wan6"])
    #expect(Verification.nextHop(Array(v4.utf8))?.interface == "ppp0")
    #expect(Verification.nextHop(Array(v4.utf8))?.router.description == "198.51.100.1")
  }

  @Test func sessionsAreReadAsSshdWritesThem() {
    let session = SSHSession(variable: "fe80::1%lan0 40000 fe80::2%lan0 22")
    #expect(session?.peer.description == "fe80::1" && session?.port == 22)
    for text in ["", "a b c d", "198.51.100.2 1 198.51.100.1", "198.51.100.2 1 198.51.100.1 0"] {
      #expect(SSHSession(variable: text) == nil)
    }
  }

  @Test func fiveTimesInTenMinutesAndNoMore() {
    var reassertion = Reassertion()
    let first = (0..<6).map { reassertion.begin(now: .seconds($0)) }
    #expect(first == [true, true, true, true, true, false])
    let late = reassertion.begin(now: .seconds(5000))
    #expect(!late && reassertion.isContested)
    reassertion.forget()
    let again = reassertion.begin(now: .seconds(5001))
    #expect(again)
    var calm = Reassertion()
    let slow = (0..<50).map { calm.begin(now: .seconds($0 * 150)) }
    #expect(slow.allSatisfy { $0 })
  }

  @Test func eventsOfOthersAreToldFromOurOwn() {
    let event = Self.event(table: "kadomori", process: 77)
    #expect(RulesetEvents.touches(event, table: "kadomori", own: [1, 2]))
    #expect(!RulesetEvents.touches(event, table: "kadomori", own: [77]))
    #expect(
      !RulesetEvents.touches(Self.event(table: "kadomori_use", process: 77), table: "kadomori", own: []))
    #expect(
      RulesetEvents.touches(Self.event(table: "filter", process: 9) + event, table: "kadomori", own: []))
    // Lengths that lie, and bytes that are cut off anywhere, are no reason to end.
    for count in 0..<event.count {
      _ = RulesetEvents.touches(Array(event[..<count]), table: "kadomori", own: [])
      var lying = event
      lying[count] = 0xff
      _ = RulesetEvents.touches(lying, table: "kadomori", own: [])
    }
  }

  /// DELTABLE as the kernel sends it: nlmsghdr, nfgenmsg, and the table's name as attribute 1.
  private static func event(table: String, process: UInt8) -> [UInt8] {
    let name = Array(table.utf8) + [0]
    let padding = [UInt8](repeating: 0, count: (4 - name.count % 4) % 4)
    let body = [1, 0, 0, 0, UInt8(4 + name.count), 0, 1, 0] + name + padding
    return [UInt8(16 + body.count), 0, 0, 0, 2, 10, 0, 0, 0, 0, 0, 0, process, 0, 0, 0] + body
  }

  @Test func nftThatLacksSomethingIsSaidSo() throws {
    let nft = try NFTables(program: "/bin/false")
    #expect(throws: FirewallError.self) { try nft.apply("") }
    let missing = #expect(throws: FirewallError.self) { try NFTables(program: "/nonexistent/nft") }
    #expect(missing?.code == .unavailable)
  }

  @Test(arguments: [
    ("8.8.8.8", true), ("10.0.0.1", false), ("100.64.0.1", false), ("100.128.0.1", true),
    ("172.15.0.1", true),
    ("172.16.0.1", false), ("192.168.1.1", false), ("169.254.1.1", false), ("239.1.1.1", false),
    ("0.0.0.0", false),
    ("2001:db8::1", true), ("fd00::1", false), ("fe80::1", false), ("ff02::1", false), ("::1", false),
  ])
  func aListCannotNameWhatIsNotOnTheInternet(_ text: String, _ allowed: Bool) throws {
    #expect(try #require(IPAddress(text)).isOnInternet == allowed)
  }
}
