import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

/// Closing beside everything else that has rules on a gateway, as a stranger with nmap sees it.
@Suite(.serialized) struct ClosingTests {
  private static let telnet = ClosingTarget(.tcp(23))
  private static let web = ClosingTarget(.tcp(8080))

  /// As Docker, firewalld, and ufw by iptables-nft leave it: DNAT to a container, and accepting chains of others.
  private static let foreign = """
    table ip docker-like {
      chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local tcp dport 8443 dnat to 192.168.9.2:443; }
      chain postrouting { type nat hook postrouting priority srcnat; oifname "wan0" masquerade; }
    }
    table ip raw-like {
      chain prerouting { type filter hook prerouting priority raw; tcp dport 8081 notrack; }
    }
    table ip filter {
      chain DOCKER-USER { counter return; }
      chain ufw-user-input { tcp dport 23 counter accept; }
      chain INPUT { type filter hook input priority filter; policy accept; counter jump ufw-user-input; }
      chain FORWARD { type filter hook forward priority filter; policy accept; counter jump DOCKER-USER; }
    }
    table inet firewalld {
      chain filter_INPUT { type filter hook input priority 10; policy accept; ct state established accept; tcp dport 23 accept; tcp dport 8080 accept; tcp dport 22 accept; }
    }
    """

  private static let device = ClosingTarget.Place("2001:db8:9::2") ?? .gateway

  private static let all: [(id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict)] = [
    ("cl-aaaaaaaa", telnet, .now), ("cl-bbbbbbbb", ClosingTarget(.udp(161)), .now),
    ("cl-cccccccc", ClosingTarget(.tcp(8443)), .now),
    ("cl-dddddddd", ClosingTarget(.tcp(443), of: device), .now),
    ("cl-eeeeeeee", ClosingTarget(.tcp(22)), .ask), ("cl-ffffffff", ClosingTarget(.tcp(8081)), .now),
  ]

  private func crowdedGateway() throws -> Gateway {
    let gateway = try Gateway()
    try gateway.listen("tcp/22", "tcp/23", "tcp/8080", "tcp/8081", "udp/161")
    try gateway.listen(in: "lan", "tcp/443")
    try gateway.nft(Self.foreign)
    try gateway.activate()
    return gateway
  }

  @Test(.timeLimit(.minutes(2))) func closesWhatIsPlannedAndNothingElse() throws {
    let gateway = try crowdedGateway()
    try gateway.writePlan(Self.all)
    let scan = {
      try [
        gateway.openPorts("T:22,23,8080,8081,8443,U:161"),
        gateway.openPorts("22,23,8080", at: Gateway.wan6),
        gateway.openPorts("443", at: Gateway.device6),
        gateway.openPorts("22,23,8080", at: "192.168.9.1", from: "lan"),
      ]
    }
    let before = try scan()
    let lan = before[3]
    #expect(
      before == [
        ["tcp/22", "tcp/23", "tcp/8080", "tcp/8081", "tcp/8443", "udp/161"],
        ["tcp/22", "tcp/23", "tcp/8080"],
        ["tcp/443"],
        ["tcp/22", "tcp/23", "tcp/8080"],
      ])
    let foreign = try gateway.rules("-s", "list", "ruleset")

    let closed = try gateway.close("--all")
    #expect(closed.status == 0, "\(closed.text)")
    #expect(try scan() == [["tcp/22", "tcp/8080"], ["tcp/22", "tcp/8080"], [], lan])
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(try scan() == [["tcp/22", "tcp/8080"], ["tcp/22", "tcp/8080"], [], lan])
    let own = try gateway.rules("-s", "list", "table", "inet", "kadomori")
    #expect(
      try gateway.rules("-s", "list", "ruleset").replacingOccurrences(of: own, with: "")
        .trimmingCharacters(in: .newlines) == foreign.trimmingCharacters(in: .newlines))

    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try scan() == before)
    #expect(try gateway.rules("-s", "list", "ruleset") == foreign)
  }

  /// A stranger on the same link need not know the gateway's address.
  @Test(.timeLimit(.minutes(1))) func whatIsSentToEverybodyIsKeptOutToo() throws {
    let gateway = try Gateway()
    try gateway.listen("udp/161", "udp/1900")
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", ClosingTarget(.udp(161)), .now)])
    let answers = { (port: Int) in
      try gateway.run(
        in: "wan",
        ["sh", "-c", "echo hello | socat -t 1 -T 1 - UDP4-DATAGRAM:198.51.100.255:\(port),broadcast"]
      ).text.contains("hello")
    }
    #expect(try answers(161) && answers(1900))
    #expect(try gateway.close("--all").status == 0)
    #expect(try !answers(161) && answers(1900))
  }

  @Test(.timeLimit(.minutes(1))) func theKernelOpensWhatNobodyConfirmsThoughAllOfUsAreDead() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/23", "tcp/8080")
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", Self.telnet, .now), ("cl-bbbbbbbb", Self.web, .ask)])
    #expect(try gateway.close("cl-bbbbbbbb").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(try gateway.close("cl-aaaaaaaa", "--for", "5s").status == 0)
    try gateway.killAll()
    #expect(try gateway.openPorts("23,8080") == [])
    try gateway.until("the kernel opens the port") { try gateway.answers(23) ? true : nil }
    #expect(try gateway.openPorts("23,8080") == ["tcp/23"])
    // And with nothing of ours running, one command opens the rest.
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try gateway.openPorts("23,8080") == ["tcp/23", "tcp/8080"])
    #expect(!gateway.directory.read("firewall/closed.json").contains("cl-bbbbbbbb"))
  }

  @Test(.timeLimit(.minutes(1))) func afterARebootOnlyWhatWasConfirmedIsClosed() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", Self.telnet, .now), ("cl-bbbbbbbb", Self.web, .ask)])
    #expect(try gateway.close("cl-bbbbbbbb").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    // A new namespace has no rules, as a machine that has just started.
    let rebooted = try Gateway()
    try rebooted.listen("tcp/23", "tcp/8080")
    try rebooted.directory.write("firewall/closed.json", gateway.directory.read("firewall/closed.json"))
    let restored = try rebooted.kadomori("firewall-helper", "--restore")
    #expect(restored.status == 0 && restored.text.contains("1 confirmed"), "\(restored.text)")
    #expect(try rebooted.openPorts("23,8080") == ["tcp/23"])
  }

  @Test(.timeLimit(.minutes(1))) func whatStandsGoesOnUnlessItIsCut() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/23", "tcp/8080")
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", Self.telnet, .now), ("cl-bbbbbbbb", Self.web, .now)])
    let kept = try Talk(gateway, 23)
    let cut = try Talk(gateway, 8080)
    // The firewall of a gateway tracks connections; without any rule the kernel does not.
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    #expect(try kept.goesOn())
    #expect(try cut.goesOn())
    #expect(try gateway.close("cl-bbbbbbbb", "--cut-flows").status == 0)
    #expect(try kept.goesOn())
    #expect(try !cut.goesOn())
  }

  /// By UDP and by version 6 of IP too; and nothing of others.
  @Test(.timeLimit(.minutes(1)), arguments: ["UDP4", "TCP6", "UDP6"])
  func connectionsOfEveryKindAreCut(_ kind: String) throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/23", "tcp/8080", "udp/161", "udp/1900")
    try gateway.activate()
    let isUDP = kind.hasPrefix("UDP")
    let closed: Addresses.Port = isUDP ? .udp(161) : .tcp(23)
    try gateway.writePlan([("cl-aaaaaaaa", ClosingTarget(closed), .now)])
    // Some rule has to have the kernel track connections from their beginning, as the firewall of a gateway does.
    try gateway.nft("table inet f { chain c { type filter hook input priority 0; ct state new accept; }\n }")
    let cut = try Talk(gateway, closed.number, kind)
    let other = try Talk(gateway, isUDP ? 1900 : 8080, kind)
    #expect(try gateway.close("--all").status == 0)
    #expect(try cut.goesOn() && other.goesOn())
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try gateway.close("--all", "--cut-flows").status == 0)
    #expect(try !cut.goesOn() && other.goesOn())
  }

  @Test(.timeLimit(.minutes(1))) func whatIsClosedTowardsTheLANIsOpenElsewhere() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/53", "tcp/8080", "udp/53", "udp/161")
    try gateway.activate()
    let places = {
      try [
        gateway.openPorts("T:53,8080,U:53,161", at: "192.168.9.1", from: "lan"),
        gateway.openPorts("T:53,8080,U:53,161"),
        gateway.openPorts("T:53,8080", at: "2001:db8:9::1", from: "lan"),
      ]
    }
    let before = try places()
    #expect(before[0] == ["tcp/53", "tcp/8080", "udp/53", "udp/161"])
    try gateway.writePlan([
      ("cl-aaaaaaaa", ClosingTarget(.tcp(8080), from: .lan), .ask),
      ("cl-bbbbbbbb", ClosingTarget(.udp(161), from: .lan), .ask),
    ])
    #expect(try gateway.close("cl-aaaaaaaa", "cl-bbbbbbbb").status == 0)
    #expect(try places() == [["tcp/53", "udp/53"], before[1], ["tcp/53"]])
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try places() == before)
  }

  @Test(.timeLimit(.minutes(1))) func ownSSHSessionIsNotCutUnawares() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/22", "tcp/23")
    try gateway.activate()
    try gateway.writePlan([
      ("cl-aaaaaaaa", ClosingTarget(.tcp(22)), .now), ("cl-bbbbbbbb", Self.telnet, .now),
    ])
    let ssh = ["SSH_CONNECTION=198.51.100.2 40000 198.51.100.1 22"]
    let refused = try gateway.close("--all", environment: ssh)
    #expect(refused.status == 64 && refused.text.contains("--accept-risk=cut-session"), "\(refused.text)")
    #expect(try gateway.openPorts("22,23") == ["tcp/22", "tcp/23"])
    // sudo drops the variable; the shell it was called from still has it.
    let hidden = try gateway.run(
      in: "gw",
      [
        "env", ssh[0], "sh", "-c", "env -u SSH_CONNECTION \"$0\" \"$@\"; exit $?", Gateway.program, "close",
        "--all",
      ]
        + [
          "--state", gateway.directory.path + "/state", "--config", gateway.directory.path + "/kadomori.yaml",
        ]
        + gateway.options)
    #expect(hidden.status == 64 && hidden.text.contains("--accept-risk=cut-session"), "\(hidden.text)")
    // The peer of the session may come back by SSH, and by nothing else.
    #expect(try gateway.close("cl-bbbbbbbb", environment: ssh).status == 0)
    #expect(try gateway.openPorts("22,23") == ["tcp/22"])
    #expect(try gateway.rules("list", "set", "inet", "kadomori", "session4").contains("198.51.100.2 . 22"))
    // Even when somebody else closes that port, for everybody else.
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    #expect(try gateway.openPorts("22,23") == ["tcp/22"])
    #expect(try gateway.openPorts("22,23", at: Gateway.wan6) == [])
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try gateway.close("--all", "--accept-risk=cut-session", environment: ssh).status == 0)
    #expect(try gateway.openPorts("22,23") == [])
  }
}

/// A connection from the stranger to the gateway that stands.
private final class Talk {
  private let gateway: Gateway
  private let fifo: String
  private let log: String

  /// `kind` as socat calls it: TCP4, TCP6, UDP4 or UDP6.
  init(_ gateway: Gateway, _ port: UInt16, _ kind: String = "TCP4") throws {
    self.gateway = gateway
    fifo = "talk-\(port)"
    log = "talk-\(port).log"
    let peer = kind.hasSuffix("6") ? "[\(Gateway.wan6)]" : Gateway.wan4
    let path = gateway.directory.path + "/" + fifo
    _ = try gateway.run(in: "wan", ["mkfifo", path])
    try gateway.start(
      in: "wan", ["sh", "-c", "exec 3<>\(path); exec socat -t 30 - \(kind):\(peer):\(port) <\(path)"],
      log: log)
    guard try goesOn() else { throw CancellationError() }
  }

  /// Whether what is said now comes back.
  func goesOn() throws -> Bool {
    let word = "word-\(UInt32.random(in: 0 ... .max))"
    _ = try gateway.run(in: "wan", ["sh", "-c", "echo \(word) > \(gateway.directory.path)/\(fifo)"])
    return
      (try? gateway.until("an echo", seconds: 3) { gateway.directory.read(log).contains(word) ? true : nil })
      ?? false
  }
}
