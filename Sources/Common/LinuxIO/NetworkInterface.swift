package import Addresses
import CLinux
import Glibc

/// What the kernel says of one network interface.
package struct NetworkInterface: Hashable, Sendable {
  package let name: String
  package let index: Int
  package let hardwareAddress: MACAddress?
  package let isUp: Bool
  package let isEthernet: Bool
  /// Its IPv4 addresses, each with the network it is attached to.
  package let addresses: [Attachment]
  /// Its address of IPv6 that is valid on its link alone; `nil` where IPv6 is switched off.
  package let linkLocal: IPv6Address?

  /// An address of the interface and its network.
  package struct Attachment: Hashable, Sendable {
    package let address: IPv4Address
    package let network: IPv4Network
  }

  /// The interface of that name, or `nil`.
  package static func named(_ name: String) throws(SystemError) -> NetworkInterface? {
    try all().first { $0.name == name }
  }

  /// Every interface of this network namespace, by index.
  package static func all() throws(SystemError) -> [NetworkInterface] {
    var head: UnsafeMutablePointer<ifaddrs>?
    try system("getifaddrs", "interfaces") { getifaddrs(&head) }
    defer { freeifaddrs(head) }
    let probe = Descriptor(
      owning: try system("socket", "interfaces") { socket(AF_INET, SocketKind.datagram, 0) })
    var macs: [String: MACAddress] = [:]
    var flags: [String: UInt32] = [:]
    var attachments: [String: [Attachment]] = [:]
    var linkLocals: [String: IPv6Address] = [:]
    var entry = head
    while let current = entry?.pointee {
      defer { entry = current.ifa_next }
      let name = String(cString: current.ifa_name)
      flags[name] = current.ifa_flags
      guard let address = current.ifa_addr else { continue }
      switch CInt(address.pointee.sa_family) {
      case AF_PACKET: macs[name] = hardwareAddress(address)
      case AF_INET:
        let own = ipv4(address)
        guard let mask = current.ifa_netmask,
          let network = IPv4Network(containing: own, prefix: ipv4(mask).bits.nonzeroBitCount)
        else { continue }
        attachments[name, default: []].append(Attachment(address: own, network: network))
      case AF_INET6:
        if let own = ipv6(address), own.isLinkLocal { linkLocals[name] = linkLocals[name] ?? own }
      default: break
      }
    }
    return flags.map { name, flags in
      NetworkInterface(
        name: name, index: Int(if_nametoindex(name)), hardwareAddress: macs[name],
        isUp: flags & UInt32(IFF_UP) != 0 && flags & UInt32(IFF_RUNNING) != 0,
        isEthernet: CLinux_is_ethernet(probe.number, name) != 0, addresses: attachments[name] ?? [],
        linkLocal: linkLocals[name])
    }.sorted { $0.index < $1.index }
  }

  private static func ipv4(_ address: UnsafeMutablePointer<sockaddr>) -> IPv4Address {
    address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      IPv4Address(bits: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
    }
  }

  private static func ipv6(_ address: UnsafeMutablePointer<sockaddr>) -> IPv6Address? {
    address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { own in
      withUnsafeBytes(of: own.pointee.sin6_addr) { IPv6Address(octets: $0) }
    }
  }

  private static func hardwareAddress(_ address: UnsafeMutablePointer<sockaddr>) -> MACAddress? {
    address.withMemoryRebound(to: sockaddr_ll.self, capacity: 1) { link in
      withUnsafeBytes(of: link.pointee.sll_addr) {
        MACAddress(octets: $0.prefix(Int(link.pointee.sll_halen)))
      }
    }
  }
}
