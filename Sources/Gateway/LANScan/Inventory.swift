package import Addresses
import Identify
package import Posture

/// Who claims which address of the LAN, from ARP, the neighbour table and DHCP leases.
package struct Inventory: Sendable {
  /// The most devices kept: more than that on one segment is somebody making them up.
  package static let deviceLimit = 1024
  /// A device that answers for more addresses than this is a router answering for others (proxy ARP).
  package static let addressLimit = 8
  /// Privacy addresses come and go by themselves (RFC 8981), and the kernel remembers them for long.
  static let ipv6Limit = 16

  private var claims: [MACAddress: Set<IPAddress>] = [:]
  private var owners: [IPv4Address: Set<MACAddress>] = [:]
  private var names: [MACAddress: String] = [:]

  package init() {}

  /// Notes that a device answers for an address.
  ///
  /// - Returns: whether the address is new and worth probing.
  package mutating func claim(_ address: IPAddress, by mac: MACAddress) -> Bool {
    guard !mac.isMulticast, mac != .zero else { return false }
    guard claims[mac] != nil || claims.count < Self.deviceLimit else { return false }
    let isIPv4 = if case .v4 = address { true } else { false }
    let known = claims[mac, default: []].count { if case .v4 = $0 { isIPv4 } else { !isIPv4 } }
    guard known < (isIPv4 ? Self.addressLimit : Self.ipv6Limit) else { return false }
    let isNewClaim = claims[mac, default: []].insert(address).inserted
    guard case .v4(let v4) = address else { return false }
    let isFirst = owners[v4] == nil
    owners[v4, default: []].insert(mac)
    return isNewClaim && isFirst
  }

  package mutating func name(_ mac: MACAddress, _ name: String) { names[mac] = name }

  package var deviceCount: Int { claims.count }

  /// The hardware addresses that have an IPv4 address here; the others were only heard of.
  private var present: [MACAddress] {
    claims.filter { $0.value.contains { if case .v4 = $0 { true } else { false } } }.map(\.key)
  }

  /// Joins addresses and what answered at them to one entry per device.
  ///
  /// `results` holds what came of each address, `answering` whose answers those are where several claim an
  /// address; `identifier` gives the opaque id of the device with a hardware address.
  package func devices(
    results: [IPv4Address: Survey.Result], answering: [IPv4Address: MACAddress], seen: WallTime,
    identifier: (MACAddress) -> String
  ) -> [Device] {
    present.map { mac in
      let addresses = claims[mac, default: []].sorted()
      var services: [Port: Service] = [:]
      var said: [String] = []
      var remarks: Set<Remark> = []
      for case .v4(let address) in addresses {
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
