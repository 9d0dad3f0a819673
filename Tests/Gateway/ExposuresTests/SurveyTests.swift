import Addresses
import Exposures
import LinuxIO
import Posture
import Testing

/// Sockets, rules and mappings joined to what a stranger can reach.
struct SurveyTests {
  private let network = GatewayNetwork(
    wan: [
      .init(
        name: "wan0", index: 2, version4: [ip4network("203.0.113.0/24")],
        addresses: [ip("203.0.113.1"), ip("2001:db8:1::1")])
    ],
    lan: [
      .init(
        name: "lan0", index: 3, version4: [ip4network("192.168.1.0/24")],
        version6: [IPv6Network(containing: ip6("2001:db8:2::1"), prefix: 64)],
        addresses: [ip("192.168.1.1"), ip("2001:db8:2::1")])
    ], forwardsVersion6: true)

  private func socket(
    _ address: String, _ port: Port, takesVersion4: Bool = false, interface: Int = 0
  ) -> ListedSocket {
    let address = ip(address)
    return ListedSocket(
      address: address, port: port, peer: Endpoint(address, 0), takesVersion4: takesVersion4,
      interfaceIndex: interface)
  }

  private func exposures(
    _ sockets: [ListedSocket], ruleset: String? = "[]", mappings: [Mapping] = [], devices: [Device] = []
  ) throws -> [ExposedPort] {
    var survey = ExposureSurvey(network)
    survey.sockets = sockets
    survey.mappings = mappings
    survey.devices = devices
    if let ruleset { survey.ruleset = try Ruleset(json: Array("{\"nftables\": \(ruleset)}".utf8)) }
    return survey.exposures { _, _, _ in (.unknown, nil) }
  }

  private func sides(_ sockets: [ListedSocket]) throws -> [ClosingTarget.Side] {
    try exposures(sockets).map(\.target.side)
  }

  @Test func whereASocketIsBoundSaysFromWhereItIsReached() throws {
    #expect(try sides([socket("0.0.0.0", .tcp(22))]) == [.wan, .lan])
    #expect(try sides([socket("::", .tcp(22))]) == [.wan, .lan])
    #expect(try sides([socket("127.0.0.1", .tcp(22))]) == [])
    #expect(try sides([socket("::1", .tcp(22))]) == [])
    #expect(
      try sides([socket("::ffff:0:0", .tcp(22))]) == [.wan, .lan], "every address of version 4, mapped")
    #expect(try sides([socket("fe80::1", .tcp(22))]) == [])
    #expect(try sides([socket("192.168.1.1", .tcp(22))]) == [.lan])
    #expect(
      try sides([socket("2001:db8:2::1", .tcp(22))]) == [.wan, .lan], "a global address of the LAN's link")
    #expect(try sides([socket("203.0.113.1", .tcp(22))]) == [.wan, .lan])
    #expect(try sides([socket("0.0.0.0", .tcp(22), interface: 3)]) == [.lan])
    #expect(try sides([socket("10.9.9.9", .tcp(22))]) == [], "an address that is on no link here")
  }

  @Test func aClientsPortIsNoService() throws {
    #expect(try exposures([socket("0.0.0.0", .udp(45_000))]).allSatisfy(\.isTemporary))
    #expect(try exposures([socket("0.0.0.0", .udp(161))]).allSatisfy { !$0.isTemporary })
    #expect(try exposures([socket("0.0.0.0", .tcp(45_000))]).allSatisfy { !$0.isTemporary })
  }

  @Test func withoutRulesNothingIsSure() throws {
    #expect(try exposures([socket("0.0.0.0", .tcp(22))], ruleset: nil).allSatisfy { $0.reachable == .maybe })
  }

  /// One base chain of a hook with these rules, and a policy.
  private func chain(_ hook: String, policy: String = "drop", _ rules: String...) -> String {
    let type = hook == "prerouting" ? "nat" : "filter"
    let head = """
      {"chain": {"family": "inet", "table": "t", "name": "\(hook)", "type": "\(type)", "hook": "\(hook)", "prio": 0, "policy": "\(policy)"}}
      """
    return
      ([head]
      + rules.map {
        "{\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"\(hook)\", \"expr\": \($0)}}"
      }).joined(separator: ", ")
  }

  private let accept22 = """
    [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 22}}, {"accept": null}]
    """
  private let acceptLAN = """
    [{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lan*"}}, {"accept": null}]
    """

  @Test func thePacketFilterSaysWhatIsKeptOut() throws {
    let rules = "[\(chain("input", accept22, acceptLAN))]"
    let ports = try exposures([socket("0.0.0.0", .tcp(22)), socket("0.0.0.0", .tcp(80))], ruleset: rules)
    #expect(ports.map(\.reachable) == [.yes, .no, .yes, .yes])
    // A drop wins over every accept of another table.
    let both =
      "[\(chain("input", accept22)), \(chain("input", "[{\"drop\": null}]").replacing("\"t\"", with: "\"u\""))]"
    #expect(try exposures([socket("0.0.0.0", .tcp(22))], ruleset: both).allSatisfy { $0.reachable == .no })
  }

  /// What we have closed ourselves could be reached without us, and is told as such.
  @Test func ourOwnTableKeepsNothingOut() throws {
    let own = chain("input", "[{\"drop\": null}]").replacing("\"t\"", with: "\"kadomori\"")
    #expect(try exposures([socket("0.0.0.0", .tcp(22))], ruleset: "[\(own)]").first?.reachable == .yes)
  }

  @Test func whatIsNotUnderstoodIsNotSure() throws {
    let odd = "[\(chain("input", "[{\"xt\": null}, {\"accept\": null}]"))]"
    #expect(try exposures([socket("0.0.0.0", .tcp(22))], ruleset: odd).first?.reachable == .maybe)
    let newer = "[\(chain("input", "[{\"brand new\": {}}, {\"accept\": null}]"))]"
    #expect(try exposures([socket("0.0.0.0", .tcp(22))], ruleset: newer).first?.reachable == .maybe)
    let some = """
      [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "198.51.100.1"}}, {"accept": null}]
      """
    #expect(
      try exposures([socket("0.0.0.0", .tcp(22))], ruleset: "[\(chain("input", some))]").first?.reachable
        == .maybe,
      "some strangers may")
    let loop = "[\(chain("input", policy: "accept", "[{\"jump\": {\"target\": \"input\"}}]"))]"
    #expect(try exposures([socket("0.0.0.0", .tcp(22))], ruleset: loop).first?.reachable == .maybe)
  }

  /// Nobody stands before a gateway for being the first of five in a second.
  @Test func whatIsWithinALimitOfTheRatePasses() throws {
    func reachable(_ limit: String, _ verdict: String) throws -> Truth? {
      let rules = "[\(chain("input", "[{\"limit\": \(limit)}, {\"\(verdict)\": null}]"))]"
      return try exposures([socket("0.0.0.0", .tcp(22))], ruleset: rules).first?.reachable
    }
    #expect(try reachable(#"{"rate": 5, "burst": 5, "per": "second"}"#, "accept") == .yes)
    #expect(try reachable(#"{"rate": 5, "burst": 5, "per": "second", "inv": true}"#, "accept") == .no)
    #expect(try reachable(#""by name""#, "accept") == .maybe)
  }

  @Test func aForwardWalksAroundTheInputChain() throws {
    let forward = """
      [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 8080}},
      {"dnat": {"family": "ip", "addr": "192.168.1.10", "port": 80}}]
      """
    let rules = "[\(chain("input")), \(chain("prerouting", policy: "accept", forward))]"
    let port = try #require(try exposures([], ruleset: rules).first)
    #expect(port.target == ClosingTarget(.tcp(8080)) && port.reachable == .yes)
    #expect(port.leadsTo == Endpoint(ip("192.168.1.10"), 80) && port.means == [.forward])
    let closed = "[\(chain("forward")), \(chain("prerouting", policy: "accept", forward))]"
    #expect(try exposures([], ruleset: closed).first?.reachable == .no)
  }

  @Test func aMappingOfTheDaemonIsOneWithItsRule() throws {
    let mapping = Mapping(
      port: .tcp(8080), device: ip("192.168.1.10"), devicePort: 80, description: "IP Camera")
    let alone = try exposures([], mappings: [mapping])
    #expect(alone.count == 1 && alone[0].means == [.mapping] && alone[0].reachable == .maybe)
    let pinhole = Mapping(
      port: .tcp(22), device: ip("2001:db8:2::10"), devicePort: 22, isPinhole: true)
    #expect(
      try exposures([], mappings: [pinhole]).first?.target
        == ClosingTarget(.tcp(22), of: .device(ip("2001:db8:2::10"))))
  }

  @Test func devicesWithAddressesOfTheirOwn() throws {
    let device = Device(
      id: "dev-a", addresses: [ip("192.168.1.10"), ip("2001:db8:2::10")],
      services: [Service(port: .tcp(80), protocol: .http)])
    let open = try exposures([], devices: [device])
    #expect(open.map(\.target) == [ClosingTarget(.tcp(80), of: .device(ip("2001:db8:2::10")))])
    #expect(open[0].reachable == .yes && open[0].device == "dev-a" && open[0].means == [.native])
    #expect(try exposures([], ruleset: "[\(chain("forward"))]", devices: [device]).first?.reachable == .no)
    #expect(try exposures([], ruleset: nil, devices: [device]).first?.reachable == .maybe)
  }

  @Test func plansHaveTheSameIDsEveryTime() {
    let target = ClosingTarget(.tcp(23))
    #expect(PlanMaker.id(of: target) == "cl-zs67fo5i", "of SHA-256 of its words, by sha256sum and base32")
    #expect(PlanMaker.id(of: target) == PlanMaker.id(of: ClosingTarget(.tcp(23), of: .gateway, from: .wan)))
    #expect(PlanMaker.id(of: target) != PlanMaker.id(of: ClosingTarget(.tcp(23), from: .lan)))
  }

  /// Whatever stands in a listing, reading it ends without a trap.
  @Test(arguments: 0..<4) func mutatedListingsAreRead(_ seed: UInt64) {
    var chance = Chance(seed: seed)
    let whole = Array(
      "{\"nftables\": [\(chain("input", accept22, acceptLAN)), \(chain("prerouting", accept22))]}".utf8)
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &chance) {
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        bytes[place] = Array("{}[]\",:0aA@-9".utf8).randomElement(using: &chance) ?? 0
      }
      guard let ruleset = try? Ruleset(json: bytes) else { continue }
      var survey = ExposureSurvey(network)
      survey.sockets = [socket("0.0.0.0", .tcp(22))]
      survey.ruleset = ruleset
      _ = survey.exposures { _, _, _ in (.unknown, nil) }
    }
  }

  /// A client's port is given back within an hour or two; what is there three times an hour apart is a server's.
  @Test func whatStaysIsNoClientsPort() {
    var lasting = LastingPorts(bootID: "b")
    let hour: Int64 = 3_600_000
    let counted = [
      lasting.look(at: [41_000, 50_000], now: 0), lasting.look(at: [41_000], now: hour - 1),
      lasting.look(at: [41_000, 51_000], now: hour), lasting.look(at: [41_000, 50_000], now: 3 * hour),
    ]
    #expect(counted == [true, false, true, true])
    #expect(lasting.ports == [41_000])
    var survey = ExposureSurvey(network)
    survey.sockets = [socket("0.0.0.0", .udp(41_000)), socket("0.0.0.0", .udp(50_000))]
    survey.lastingPorts = lasting.ports
    #expect(survey.portsThatMayBeTemporary == [41_000, 50_000])
    #expect(
      survey.exposures { _, _, _ in (.unknown, nil) }.filter(\.isTemporary).map(\.target.port.number)
        == [50_000, 50_000])
    _ = lasting.look(at: [], now: 9 * hour)
    #expect(lasting.ports == [])
    _ = lasting.look(at: Set(1...60_000), now: 10 * hour)
    _ = lasting.look(at: Set(1...60_000), now: 11 * hour)
    _ = lasting.look(at: Set(1...60_000), now: 12 * hour)
    #expect(lasting.ports.count == 1024)
  }
}
