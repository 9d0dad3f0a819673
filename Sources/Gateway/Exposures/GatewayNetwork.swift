package import Addresses
package import LinuxIO

/// The links of the gateway, by which side they are on.
package struct GatewayNetwork: Hashable, Sendable {
  /// One interface with its addresses.
  package struct Link: Hashable, Sendable {
    package var name: String
    package var index: Int
    package var version4: [IPv4Network]
    package var version6: [IPv6Network]
    package var addresses: Set<IPAddress>

    package init(
      name: String, index: Int = 0, version4: [IPv4Network] = [], version6: [IPv6Network] = [],
      addresses: Set<IPAddress> = []
    ) {
      self.name = name
      self.index = index
      self.version4 = version4
      self.version6 = version6
      self.addresses = addresses
    }

    package func reaches(_ address: IPAddress) -> Bool {
      switch address {
      case .v4(let address): version4.contains { $0.contains(address) }
      case .v6(let address): version6.contains { $0.contains(address) }
      }
    }
  }

  /// The Internet's side.
  package var wan: [Link]
  /// The LANs that the configuration names.
  package var lan: [Link]
  /// What is neither: bridges of containers, tunnels.
  package var others: [Link]
  /// Whether packets of version 6 are passed on at all.
  package var forwardsVersion6: Bool
  /// Ports that clients get for a while (`net.ipv4.ip_local_port_range`).
  package var temporaryPorts: ClosedRange<UInt16>

  package init(
    wan: [Link], lan: [Link], others: [Link] = [], forwardsVersion6: Bool = false,
    temporaryPorts: ClosedRange<UInt16> = 32_768...60_999
  ) {
    self.wan = wan
    self.lan = lan
    self.others = others
    self.forwardsVersion6 = forwardsVersion6
    self.temporaryPorts = temporaryPorts
  }

  /// The name of the interface behind which an address lies on its own link.
  func interface(towards address: IPAddress) -> String? {
    (lan + others + wan).first { $0.reaches(address) }?.name
  }
}

/// A block of IPv6 addresses with one prefix.
package struct IPv6Network: Hashable, Sendable {
  private let base: UInt128
  private let mask: UInt128

  /// The block around an address; a prefix above 128 counts as 128.
  package init(containing address: IPv6Address, prefix: Int) {
    let length = min(128, max(0, prefix))
    mask = length == 0 ? 0 : UInt128.max << UInt128(128 - length)
    base = address.bits & mask
  }

  package func contains(_ address: IPv6Address) -> Bool { address.bits & mask == base }
}

extension GatewayNetwork {
  /// Looks at this machine; `lans` are the names of the LANs.
  ///
  /// The Internet's side is where default routes lead, unless that is a LAN.
  package static func current(lans: [String]) throws(SystemError) -> GatewayNetwork {
    let version6 = RoutingText.addresses((try? Files.read("/proc/net/if_inet6", limit: 1 << 20)) ?? [])
    let routes = Set(
      RoutingText.defaults4((try? Files.read("/proc/net/route", limit: 1 << 20)) ?? [])
        + RoutingText.defaults6((try? Files.read("/proc/net/ipv6_route", limit: 4 << 20)) ?? []))
    let links = try NetworkInterface.all().filter { $0.name != "lo" }.map { interface in
      let own = version6.filter { $0.interface == interface.name }
      return Link(
        name: interface.name, index: interface.index, version4: interface.addresses.map(\.network),
        version6: own.map { IPv6Network(containing: $0.address, prefix: $0.prefix) },
        addresses: Set(interface.addresses.map { .v4($0.address) } + own.map { .v6($0.address) }))
    }
    func setting(_ name: String) -> String {
      let bytes = (try? Files.read("/proc/sys/net/" + name, limit: 64)) ?? []
      return String(decoding: bytes.filter { $0 != 0x0a }, as: UTF8.self)
    }
    let isWAN = { (link: Link) in routes.contains(link.name) && !lans.contains(link.name) }
    var network = GatewayNetwork(
      wan: links.filter(isWAN), lan: links.filter { lans.contains($0.name) },
      others: links.filter { !isWAN($0) && !lans.contains($0.name) },
      forwardsVersion6: setting("ipv6/conf/all/forwarding") == "1")
    let range = setting("ipv4/ip_local_port_range").split { $0 == "\t" || $0 == " " }.compactMap {
      UInt16($0)
    }
    if range.count == 2, range[0] <= range[1] { network.temporaryPorts = range[0]...range[1] }
    return network
  }
}
