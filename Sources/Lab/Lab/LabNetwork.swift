package import Addresses

/// The addresses every lab uses; namespaces keep those of two labs apart.
///
/// The gateway is in both networks a LAN may have, so that only ``LabPlan/network`` tells plans apart.
package enum LabNetwork {
  /// `192.168.77.0/24`, the LAN of a house.
  package static let house = block(0xc0a8_4d00, 24)
  /// `192.168.76.0/22`, the LAN of a site with a thousand addresses.
  package static let site = block(0xc0a8_4c00, 22)
  /// `192.168.77.1`, the gateway's `lan0`.
  package static let gateway = host(1)
  /// `198.51.100.0/24` (RFC 5737), the link between gateway and internet.
  package static let wan = block(0xc633_6400, 24)
  /// `198.51.100.2`, the gateway's `wan0`.
  package static let gatewayOutside = IPv4Address(bits: 0xc633_6402)
  /// `198.51.100.1`, the internet host's `eth0` and the gateway's default route.
  package static let internet = IPv4Address(bits: 0xc633_6401)
  /// `203.0.113.66` (RFC 5737), a second address of the internet host, one hop behind its first.
  package static let farInternet = IPv4Address(bits: 0xcb00_7142)
  /// `192.168.77.250`, which the switch has only while `up` asks the personas whether they answer.
  package static let readiness = host(250)

  package static let gatewayInside = MACAddress(bits: 0x106f_3f00_0001)
  package static let gatewayOutsideMAC = MACAddress(bits: 0x106f_3f00_0002)
  package static let internetMAC = MACAddress(bits: 0x20a6_cd00_0001)

  /// The address of the house that ends in `number`.
  package static func host(_ number: UInt8) -> IPv4Address {
    IPv4Address(bits: 0xc0a8_4d00 | UInt32(number))
  }

  private static func block(_ bits: UInt32, _ prefix: Int) -> IPv4Network {
    guard let network = IPv4Network(containing: IPv4Address(bits: bits), prefix: prefix) else {
      preconditionFailure("\(prefix) is a valid prefix length")
    }
    return network
  }
}
