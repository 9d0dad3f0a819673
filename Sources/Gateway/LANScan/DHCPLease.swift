package import Addresses
package import Posture

/// The address that a DHCP server of this machine has last given to a device.
package struct DHCPLease: Hashable, Sendable {
  package let hardwareAddress: MACAddress
  package let address: IPv4Address
  package let name: String?
  /// The client identifier with its type (RFC 2132, section 9.14).
  package let clientID: [UInt8]?
}

extension DHCPLease {
  /// Where the three servers keep their leases on Debian, and dnsmasq on OpenWrt.
  package static let usualPaths = [
    "/var/lib/misc/dnsmasq.leases", "/tmp/dhcp.leases", "/var/lib/kea/kea-leases4.csv",
    "/var/lib/dhcp/dhcpd.leases",
  ]

  /// The most leases kept: those of a /20.
  static let limit = 4096

  /// Reads the lease file of any of the three servers, known by its content; in the order of addresses.
  ///
  /// Kea and ISC dhcpd append to theirs: the last word on a device stands, and what has ended by `now` is left out.
  package static func leases(in bytes: [UInt8], now: WallTime) -> [DHCPLease] {
    let head = bytes.first { $0 > 0x20 } ?? 0
    if bytes.starts(with: Array("address,".utf8)) { return kea(bytes, now: now) }
    // A line of dnsmasq starts with a time, or with `duid` for those of IPv6.
    if (0x30...0x39).contains(head) || bytes.starts(with: Array("duid ".utf8)) { return dnsmasq(bytes) }
    return isc(bytes, now: now)
  }

  /// Reads dnsmasq's file: `expiry MAC address name client-id` on each line (dnsmasq(8)); it holds no ended leases.
  static func dnsmasq(_ bytes: [UInt8]) -> [DHCPLease] {
    var table = Table()
    for line in bytes.split(separator: 0x0a) {
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count >= 4, let mac = MACAddress(words[1]), let address = IPv4Address(words[2]) else {
        continue
      }
      table.note(
        DHCPLease(
          hardwareAddress: mac, address: address, name: words[3] == "*" ? nil : words[3],
          clientID: words.count > 4 ? octets(words[4]) : nil), isActive: true)
    }
    return table.leases
  }

  /// Reads `01:00:5e:…`.
  static func octets(_ text: String) -> [UInt8]? {
    let octets = text.split(separator: ":").map { UInt8($0, radix: 16) }
    return octets.isEmpty || octets.contains(nil) ? nil : octets.compactMap(\.self)
  }

  /// The last word on each device.
  struct Table {
    private var byDevice: [MACAddress: DHCPLease] = [:]

    mutating func note(_ lease: DHCPLease, isActive: Bool) {
      let mac = lease.hardwareAddress
      if isActive {
        if byDevice[mac] != nil || byDevice.count < DHCPLease.limit { byDevice[mac] = lease }
      } else if byDevice[mac]?.address == lease.address {
        byDevice[mac] = nil
      }
    }

    var leases: [DHCPLease] {
      byDevice.values.sorted {
        ($0.address, $0.hardwareAddress.bits) < ($1.address, $1.hardwareAddress.bits)
      }
    }
  }
}
