package import Addresses
import Identify
package import Posture

/// Who claims which address of the LAN, from ARP, neighbour discovery, the neighbour table and DHCP leases.
package struct Inventory: Sendable {
  /// The most devices kept: more than that on one segment is somebody making them up.
  package static let deviceLimit = 1024
  /// A device that answers for more addresses than this is a router answering for others (proxy ARP).
  package static let addressLimit = 8
  /// Privacy addresses come and go by themselves (RFC 8981), and the kernel remembers them for long.
  static let ipv6Limit = 16

  private var claims: [MACAddress: Set<IPAddress>] = [:]
  private var owners: [IPAddress: Set<MACAddress>] = [:]
  /// Who was heard over IPv6 in this scan; the kernel remembers addresses for long after.
  private var heard: Set<MACAddress> = []
  private var names: [MACAddress: String] = [:]

  package init() {}

  /// Notes that a device answers for an address.
  ///
  /// - Returns: whether the address is new and worth probing.
  package mutating func claim(_ address: IPAddress, by mac: MACAddress) -> Bool {
    guard !mac.isMulticast, mac != .zero else { return false }
    guard claims[mac] != nil || claims.count < Self.deviceLimit else { return false }
    let known = claims[mac, default: []].count { $0.isVersion4 == address.isVersion4 }
    guard known < (address.isVersion4 ? Self.addressLimit : Self.ipv6Limit) else { return false }
    let isNewClaim = claims[mac, default: []].insert(address).inserted
    let isFirst = owners[address] == nil
    owners[address, default: []].insert(mac)
    return address.isVersion4 && isNewClaim && isFirst
  }

  /// Notes that a device spoke from an address of IPv6 during this scan.
  package mutating func hear(_ address: IPv6Address, of mac: MACAddress) {
    _ = claim(.v6(address), by: mac)
    if claims[mac] != nil { heard.insert(mac) }
  }

  /// Takes nobody for present who has no address of IPv4 here.
  mutating func forgetHeard() { heard = [] }

  /// Where to probe the devices that have no address of IPv4 here: one address of the link each.
  package var onlyOverIPv6: [(mac: MACAddress, address: IPv6Address)] {
    heard.sorted { $0.bits < $1.bits }.compactMap { mac in
      let own = claims[mac, default: []]
      guard !own.contains(where: \.isVersion4) else { return nil }
      let links = own.compactMap { address -> IPv6Address? in
        guard case .v6(let address) = address, address.isLinkLocal else { return nil }
        return address
      }
      return links.min().map { (mac, $0) }
    }
  }

  /// Whether a device answers for an address.
  package func isClaimed(_ address: IPAddress, by mac: MACAddress) -> Bool {
    owners[address]?.contains(mac) ?? false
  }

  package mutating func name(_ mac: MACAddress, _ name: String) { names[mac] = name }

  package var deviceCount: Int { claims.count }

  /// The hardware addresses that answered here; the others are only remembered.
  private var present: [MACAddress] {
    claims.filter { heard.contains($0.key) || $0.value.contains(where: \.isVersion4) }.map(\.key)
  }

  /// Joins addresses and what answered at them to one entry per device.
  ///
  /// `results` holds what came of each address, `answering` whose answers those are where several claim an
  /// address; `identifier` gives the opaque id of the device with a hardware address.
  package func devices(
    results: [IPAddress: Survey.Result], answering: [IPAddress: MACAddress], seen: WallTime,
    identifier: (MACAddress) -> String
  ) -> [Device] {
    present.map { mac in
      let addresses = claims[mac, default: []].sorted()
      var services: [Port: Service] = [:]
      var said: [String] = []
      var remarks: Set<Remark> = []
      for address in addresses {
        guard owners[address]?.count == 1 || answering[address] == mac else { continue }
        let found = results[address]?.services ?? [:]
        remarks.formUnion(results[address]?.remarks ?? [])
        said += found.values.compactMap { $0.facts[.name] }
        for service in Self.services(found) where services[service.port] == nil {
          services[service.port] = service
        }
      }
      var ownNames = [names[mac]].compactMap(\.self)
      for name in said.sorted() where !ownNames.contains(name) && ownNames.count < 8 { ownNames.append(name) }
      return Device(
        id: identifier(mac), mac: mac, addresses: addresses, names: ownNames, firstSeen: seen, lastSeen: seen,
        services: services.values.sorted { $0.port < $1.port },
        remarks: remarks.sorted { $0.rawValue < $1.rawValue })
    }.sorted { ($0.addresses.first ?? .v4(.init(bits: 0))) < ($1.addresses.first ?? .v4(.init(bits: 0))) }
  }

  /// Turns what one address answered into services; a port nobody could name takes the device's own
  /// word for it.
  static func services(_ found: [Port: Identification]) -> [Service] {
    var announced: [Port: Announcement] = [:]
    for identification in found.values {
      for announcement in identification.announced { announced[announcement.port] = announcement }
    }
    return found.map { port, identification in
      var service = Service(
        port: port, protocol: identification.protocol, tls: identification.tls,
        product: identification.product, version: identification.version, facts: identification.facts)
      if let word = announced[port] {
        if service.protocol == .unknown { service.protocol = word.protocol }
        service.facts.merge(word.facts) { own, _ in own }
      }
      return service
    }
  }
}
