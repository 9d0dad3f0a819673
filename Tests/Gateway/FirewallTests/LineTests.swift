import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

@testable import Firewall

/// Closings when the line fails over to another interface, and learning when others flush it.
@Suite(.serialized) struct LineTests {
  private static let second = "203.0.113.1"

  private func gateway() throws -> Gateway {
    let gateway = try Gateway()
    try gateway.addLine()
    try gateway.listen("tcp/23", "tcp/8080")
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now)])
    return gateway
  }

  @Test(.timeLimit(.minutes(1))) func closingsHoldOnTheLineThatTakesOver() throws {
    let gateway = try gateway()
    #expect(try gateway.close("--all").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(try gateway.openPorts("23,8080", at: Self.second) == ["tcp/23", "tcp/8080"])
    try gateway.ip("gw", "route replace default via 203.0.113.2 dev wan1")
    try gateway.until("the second line is closed too", seconds: 3) {
      try gateway.rules("list", "set", "inet", "kadomori", "wan_if").contains("wan1") ? true : nil
    }
    #expect(try gateway.openPorts("23,8080", at: Self.second) == ["tcp/8080"])
    // The first comes back to what was closed there, and LAN and tunnels are not taken for the Internet.
    #expect(try gateway.openPorts("23,8080") == ["tcp/8080"])
    #expect(try gateway.openPorts("23,8080", at: "192.168.9.1", from: "lan") == ["tcp/23", "tcp/8080"])
    #expect(gateway.directory.read("firewall/closed.json").contains("wan1"))
    // Another closing forgets neither.
    try gateway.writePlan([("cl-bbbbbbbb", ClosingTarget(.tcp(8080)), .now)])
    #expect(try gateway.close("--all").status == 0)
    #expect(try gateway.openPorts("23,8080") == [] && gateway.openPorts("23,8080", at: Self.second) == [])
  }

  /// A route that came while no helper ran.
  @Test(.timeLimit(.minutes(1))) func aHelperThatStartsLooksAtTheRoutes() throws {
    let gateway = try gateway()
    #expect(try gateway.close("--all").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    try gateway.killAll()
    try gateway.ip("gw", "route replace default via 203.0.113.2 dev wan1")
    #expect(try gateway.openPorts("23", at: Self.second) == ["tcp/23"])
    try gateway.activate()
    #expect(try gateway.kadomori("closings").status == 0)
    #expect(try gateway.openPorts("23", at: Self.second) == [])
  }

  @Test(.timeLimit(.minutes(1))) func learningThatOthersFlushBeginsAgain() throws {
    let gateway = try gateway()
    let sides = #"{"use":{"_0":{"wan":["wan0"],"lan":["lan0"]}}}"#
    #expect(try gateway.ask(sides).contains("used_wan"))
    #expect(try gateway.close("--all").status == 0)
    for words in [["flush", "ruleset"], ["flush", "table", "inet", "kadomori_use"]] {
      _ = try gateway.run(in: "gw", ["nft"] + words)
      #expect(try !gateway.rules("list", "ruleset").contains("@used_wan"))
      try gateway.until("it learns again", seconds: 3) {
        try gateway.rules("list", "ruleset").contains("update @used_wan") ? true : nil
      }
    }
    #expect(try gateway.answers(8080))
    #expect(try gateway.rules("list", "set", "inet", "kadomori_use", "used_wan").contains("tcp . 8080"))
  }

  @Test func onlyDefaultRoutesAreLookedAt() {
    let message = { (type: UInt8, prefix: UInt8) -> [UInt8] in
      [28, 0, 0, 0, type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, prefix] + [UInt8](repeating: 0, count: 10)
    }
    #expect(RouteEvents.isAboutDefault(message(24, 0)) && RouteEvents.isAboutDefault(message(25, 0)))
    #expect(!RouteEvents.isAboutDefault(message(24, 24)) && !RouteEvents.isAboutDefault(message(20, 0)))
    #expect(RouteEvents.isAboutDefault(message(24, 24) + message(25, 0)))
    for count in 0..<28 {
      var lying = message(24, 8) + message(24, 8)
      lying[count] = 0xff
      _ = RouteEvents.isAboutDefault(lying)
      #expect(!RouteEvents.isAboutDefault(Array(message(24, 0)[..<count])))
    }
  }
}
