package import Addresses

extension IPAddress {
  /// Whether strangers on the Internet can send to it: none of private use, of one link, of one host, or of a group.
  package var isGlobal: Bool {
    switch self {
    case .v4(let address): !Self.special4.contains { $0.contains(address) }
    // Global unicast (RFC 4291, section 2.4).
    case .v6(let address): address.groups[0] & 0xe000 == 0x2000
    }
  }

  /// Whether it never leaves its host.
  package var isLoopback: Bool {
    switch self {
    case .v4(let address): address.bits >> 24 == 127
    case .v6(let address): address.bits == 1
    }
  }

  var isLinkLocal: Bool {
    switch self {
    case .v4(let address): address.bits >> 16 == 0xa9fe
    case .v6(let address): address.isLinkLocal
    }
  }

  var isMulticast: Bool {
    switch self {
    case .v4(let address): address.bits >> 28 == 0xe
    case .v6(let address): address.groups[0] >> 8 == 0xff
    }
  }

  /// Whether it stands for every address.
  var isWildcard: Bool {
    switch self {
    case .v4(let address): address.bits == 0
    case .v6(let address): address.bits == 0
    }
  }

  /// An address of version 4 that a socket of version 6 is bound to (RFC 4291, section 2.5.5.2).
  var unmapped: IPAddress {
    guard case .v6(let address) = self, address.bits >> 32 == 0xffff else { return self }
    return .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: address.bits)))
  }

  /// RFC 6890: this host, private use, carriers' NAT, loopback, the link, groups and above.
  private static let special4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.168.0.0/16", "224.0.0.0/3",
  ].compactMap { IPv4Network($0) }
}
