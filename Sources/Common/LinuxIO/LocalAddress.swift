package import Addresses
import Glibc

/// An address of this machine and the network it is attached to, of either version of IP.
///
/// Asked over netlink alone, so that a service may know them which may open no socket of IP (getifaddrs(3)).
package struct LocalAddress: Hashable, Sendable {
  package let interface: String
  package let address: IPAddress
  /// Bits of the address that name its network.
  package let prefix: Int

  /// Whether somebody with this address is on the same network.
  package func isNetwork(of other: IPAddress) -> Bool {
    let (own, theirs) = (address.octets, other.octets)
    guard own.count == theirs.count else { return false }
    return (0..<prefix).allSatisfy { bit in
      (own[bit / 8] ^ theirs[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }

  package static func all() throws(SystemError) -> [LocalAddress] {
    var head: UnsafeMutablePointer<ifaddrs>?
    try system("getifaddrs", "interfaces") { getifaddrs(&head) }
    defer { freeifaddrs(head) }
    var found: [LocalAddress] = []
    var entry = head
    while let current = entry?.pointee {
      entry = current.ifa_next
      guard let address = current.ifa_addr.flatMap(Self.octets),
        let mask = current.ifa_netmask.flatMap(Self.octets),
        address.count == mask.count
      else { continue }
      let own: IPAddress? =
        address.count == 4
        ? .v4(IPv4Address(bits: address.reduce(0) { $0 << 8 | UInt32($1) }))
        : IPv6Address(octets: address).map(IPAddress.v6)
      guard let own else { continue }
      found.append(
        LocalAddress(
          interface: String(cString: current.ifa_name), address: own,
          prefix: mask.reduce(0) { $0 + $1.nonzeroBitCount }))
    }
    return found
  }

  private static func octets(_ address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
    switch CInt(address.pointee.sa_family) {
    case AF_INET:
      address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
      }
    default: nil
    }
  }
}
