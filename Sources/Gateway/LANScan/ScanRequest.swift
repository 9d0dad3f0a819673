package import Addresses
package import Identify
package import LinuxIO

/// What to scan, and within which limits.
package struct ScanRequest: Sendable {
  package var interface: NetworkInterface
  package var ports: [UInt16]
  package var probes: [DatagramProbe]
  package var politeness: Politeness
  /// Devices that are never probed and not reported; what is asked of a whole group reaches them too.
  package var excludedHardware: Set<MACAddress>
  package var excludedAddresses: Set<IPAddress>
  package var leases: [DHCPLease]

  /// The largest network that is swept, in addresses: a /20.
  package static let addressLimit = 4096

  /// Creates a request for all networks of an interface.
  ///
  /// - Throws: ``ScanError`` when the interface cannot be scanned.
  package init(
    interface: NetworkInterface, ports: [UInt16],
    probes: [DatagramProbe] = DatagramProbe.all + DatagramProbe.asGuest,
    politeness: Politeness = Politeness(), excludedHardware: Set<MACAddress> = [],
    excludedAddresses: Set<IPAddress> = [], leases: [DHCPLease] = []
  ) throws(ScanError) {
    guard interface.isEthernet, interface.hardwareAddress != nil else {
      throw .notEthernet(interface.name)
    }
    guard interface.isUp else { throw .down(interface.name) }
    guard !interface.addresses.isEmpty else { throw .noAddress(interface.name) }
    for attachment in interface.addresses where attachment.network.addressCount > Self.addressLimit {
      throw .networkTooLarge(interface.name, attachment.network)
    }
    self.interface = interface
    self.ports = ports
    self.probes = probes
    self.politeness = politeness
    self.excludedHardware = excludedHardware
    self.excludedAddresses = excludedAddresses
    self.leases = leases
  }

  /// Every address to ask for: all hosts of the attached networks, without our own and the excluded.
  var targets: [IPv4Address] {
    let own = Set(interface.addresses.map(\.address))
    var seen: Set<IPv4Address> = []
    return interface.addresses.flatMap { Array($0.network.hosts) }.filter {
      !own.contains($0) && !excludedAddresses.contains(.v4($0)) && seen.insert($0).inserted
    }
  }

  /// Our own address on the network that holds `address`; `nil` for one that is not of this LAN.
  func ownAddress(towards address: IPAddress) -> IPAddress? {
    switch address {
    case .v4(let address):
      interface.addresses.first { $0.network.contains(address) }.map { .v4($0.address) }
    case .v6(let address): address.isLinkLocal ? interface.linkLocal.map { .v6($0) } : nil
    }
  }
}
