package import Addresses

/// One address that a DHCP server of this machine has given out.
package struct DHCPLease: Hashable, Sendable {
  package let hardwareAddress: MACAddress
  package let address: IPv4Address
  package let name: String?
}

extension DHCPLease {
  /// Where dnsmasq keeps its leases on Debian and OpenWrt.
  package static let usualPaths = ["/var/lib/misc/dnsmasq.leases", "/tmp/dhcp.leases"]

  /// The most leases read: those of a /20.
  static let limit = 4096

  /// Reads dnsmasq's lease file: `expiry MAC address name client-id` on each line (dnsmasq(8)).
  package static func dnsmasq(_ bytes: [UInt8]) -> [DHCPLease] {
    bytes.split(separator: 0x0a).prefix(limit).compactMap { line in
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count >= 4, let mac = MACAddress(words[1]), let address = IPv4Address(words[2]) else {
        return nil
      }
      return DHCPLease(hardwareAddress: mac, address: address, name: words[3] == "*" ? nil : words[3])
    }
  }
}
