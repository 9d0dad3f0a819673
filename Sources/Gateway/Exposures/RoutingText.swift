package import Addresses

/// Reads the kernel's tables of routes and addresses as text (proc(5), net/ipv6/route.c).
package enum RoutingText {
  /// The interfaces of the default routes in `/proc/net/route`.
  package static func defaults4(_ bytes: [UInt8]) -> [String] {
    fields(bytes).dropFirst().compactMap { fields in
      // Iface Destination Gateway Flags RefCnt Use Metric Mask …; flag 1: the route is up.
      guard fields.count >= 8, fields[1] == "00000000", fields[7] == "00000000",
        let flags = UInt32(fields[3], radix: 16), flags & 1 == 1
      else { return nil }
      return fields[0]
    }
  }

  /// The interfaces of the default routes in `/proc/net/ipv6_route`.
  package static func defaults6(_ bytes: [UInt8]) -> [String] {
    fields(bytes).compactMap { fields in
      // Destination, length, source, length, next hop, metric, references, use, flags, interface.
      guard fields.count >= 10, fields[1] == "00", fields[0].allSatisfy({ $0 == "0" }), fields[9] != "lo",
        let flags = UInt32(fields[8], radix: 16), flags & 1 == 1, flags & 0x200 == 0
      else { return nil }
      return fields[9]
    }
  }

  /// The addresses of version 6 in `/proc/net/if_inet6`.
  package static func addresses(
    _ bytes: [UInt8]
  ) -> [(interface: String, address: IPv6Address, prefix: Int)] {
    fields(bytes).compactMap { fields in
      guard fields.count >= 6, fields[0].utf8.count == 32, let bits = UInt128(fields[0], radix: 16),
        let prefix = Int(fields[2], radix: 16)
      else { return nil }
      return (fields[5], IPv6Address(bits: bits), prefix)
    }
  }

  static func fields(_ bytes: [UInt8]) -> [[String]] {
    bytes.split(separator: 0x0a).map { line in
      line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
