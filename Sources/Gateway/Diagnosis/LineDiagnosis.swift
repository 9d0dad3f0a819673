package import Addresses
import Exposures
import Firewall
import LinuxIO
package import Posture

/// The steps from the link to the clock: what every way out needs.
package struct LineDiagnosis {
  /// How long names, and the neighbours of the link, are waited for.
  private static let patience: Duration = .seconds(3)

  /// The host that is reported to: a name, a numeric address, or `nil` for nobody.
  private let host: String?

  package init(host: String?) {
    self.host = host
  }

  /// Tries the steps in order.
  ///
  /// - Returns: the steps, and the address of the host where it was found.
  package func run() -> (steps: [NetStep], address: IPAddress?) {
    let network = (try? GatewayNetwork.current(lans: [])) ?? GatewayNetwork(wan: [], lan: [])
    let interfaces = (try? NetworkInterface.all()) ?? []
    var steps = [Self.link(interfaces, network)]
    steps.append(steps[0].outcome == .ok ? Self.address(network) : NetStep(.address, .notTried, .earlier))
    steps.append(steps[1].outcome == .ok ? gateway(network) : NetStep(.gateway, .notTried, .earlier))
    let (dns, found) = dns(after: steps[2], network)
    steps.append(dns)
    steps.append(Self.clock(isSynchronised: Clocks.wallIsSynchronised, now: Clocks.wall))
    return (steps, found)
  }

  /// Judges the interfaces by what the kernel says of them.
  static func link(_ interfaces: [NetworkInterface], _ network: GatewayNetwork) -> NetStep {
    let links = interfaces.filter { $0.name != "lo" }
    // Where a route leads out, its link is the one that counts.
    let leading = links.filter { link in network.wan.contains { $0.name == link.name } }
    let counting = leading.isEmpty ? links.filter { !$0.addresses.isEmpty || $0.isEthernet } : leading
    let up = counting.filter(\.isUp).map(\.name)
    guard !up.isEmpty else {
      return .failed(.link, .noLink, counting.isEmpty ? nil : counting.map(\.name).joined(separator: ", "))
    }
    return NetStep(.link, .ok, detail: up.joined(separator: ", "))
  }

  /// Judges the addresses of the side that leads out, or of every link where none does.
  static func address(_ network: GatewayNetwork) -> NetStep {
    let links = network.wan.isEmpty ? network.others : network.wan
    let all = links.flatMap { link in link.addresses.map { (link.name, $0) } }
    let usable = all.filter { !Self.isLinkLocal($0.1) }.map { "\($0.1) (\($0.0))" }.sorted()
    guard usable.isEmpty else { return NetStep(.address, .ok, detail: usable.joined(separator: ", ")) }
    let selfMade = all.contains { if case .v4 = $0.1 { true } else { false } }
    return .failed(.address, selfMade ? .selfAssigned : .noAddress, links.map(\.name).joined(separator: ", "))
  }

  private static func isLinkLocal(_ address: IPAddress) -> Bool {
    switch address {
    case .v4(let address): address.bits >> 16 == 0xa9fe
    case .v6(let address): address.isLinkLocal
    }
  }

  private func gateway(_ network: GatewayNetwork) -> NetStep {
    guard !network.wan.isEmpty else { return .failed(.gateway, .noRoute) }
    let names = network.wan.map(\.name).joined(separator: ", ")
    // A point-to-point line, as PPPoE, has no router on a link that could be asked.
    guard let router = Router() else { return NetStep(.gateway, .ok, detail: names) }
    let end = Clocks.sinceBoot + Self.patience
    while Clocks.sinceBoot < end {
      if router.isReached { return NetStep(.gateway, .ok, detail: "\(router.address) (\(names))") }
      Waiting.pause(milliseconds: 20)
    }
    return .failed(.gateway, .routerSilent, "\(router.address) (\(names))")
  }

  private func dns(after gateway: NetStep, _ network: GatewayNetwork) -> (NetStep, IPAddress?) {
    let numeric = host.flatMap { IPAddress($0) }
    let servers = NameServers.configured
    let near = servers.filter { server in (network.wan + network.others).contains { $0.reaches(server) } }
    guard gateway.outcome == .ok || !near.isEmpty else {
      return (NetStep(.dns, .notTried, .earlier), numeric)
    }
    let named = servers.map(\.description).joined(separator: ", ")
    // The resolver knows more ways than name servers, as /etc/hosts: what it finds counts.
    if numeric == nil, let host {
      if let found = resolve(host) { return (NetStep(.dns, .ok, detail: "\(host): \(found)"), found) }
      guard !servers.isEmpty else { return (.failed(.dns, .noNameServer, host), nil) }
      let isAnswered = isDNSAnswered()
      return (.failed(.dns, isAnswered ? .nameUnknown : .nameServerSilent, isAnswered ? host : named), nil)
    }
    guard !servers.isEmpty else { return (.failed(.dns, .noNameServer), numeric) }
    return (
      isDNSAnswered() ? NetStep(.dns, .ok, detail: named) : .failed(.dns, .nameServerSilent, named), numeric
    )
  }

  private func isDNSAnswered() -> Bool {
    Verification(broker: nil, session: nil).run(without: [.gateway, .broker, .session])
      .contains { $0.subject == .dns && $0.outcome == .reached }
  }

  private func resolve(_ host: String) -> IPAddress? {
    let loop = EventLoop()
    let resolver = Resolver(loop: loop)
    var found: IPAddress?
    resolver.resolve(host, limit: Self.patience) { text in
      found = text.flatMap { IPAddress($0) }
      loop.stop()
    }
    try? loop.run()
    return found
  }

  /// The beginning of 2026, before which this program was not: a clock that says less was never set.
  private static let oldest = WallTime(milliseconds: 1_767_225_600_000)

  /// Judges the clock by the kernel's word on whether somebody keeps it right, and by what it says.
  package static func clock(isSynchronised: Bool, now: WallTime) -> NetStep {
    let detail = now.wholeSeconds.description
    if now < oldest { return .failed(.clock, .clockUnset, detail) }
    return isSynchronised ? NetStep(.clock, .ok, detail: detail) : .failed(.clock, .clockFree, detail)
  }
}
