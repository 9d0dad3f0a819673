import LinuxIO
import Packets

extension PacketFilter {
  /// Takes what tells of a device of the LAN, and leaves what it does.
  ///
  /// Whole are taken ARP, link layer discovery, port access control, and of what goes to everybody or a group:
  /// LLC, ICMPv6, IGMP, broadcast UDP, and UDP to the ports of discovery. Of what goes to this machine alone, questions
  /// for DHCP and the answers of neighbour discovery. So a stream of television to a group costs nothing.
  static let unasked: PacketFilter = .when(
    .half(12), .isAtLeast(0x0600),
    .whenOneOf(
      [UInt32(EthernetFrame.arp), UInt32(EthernetFrame.lldp), UInt32(EthernetFrame.eapol)], .half(12), .take,
      otherwise: .when(
        .half(12), .equals(UInt32(EthernetFrame.ipv4)), version4,
        otherwise: .when(.half(12), .equals(UInt32(EthernetFrame.ipv6)), version6, otherwise: .leave))),
    otherwise: toMany(.take))

  /// SSDP, WS-Discovery, multicast DNS, LLMNR.
  private static let discovery: [UInt32] = [1900, 3702, 5353, 5355]

  private static func toMany(_ then: PacketFilter) -> PacketFilter {
    .when(.byte(0), .hasBit(1), then, otherwise: .leave)
  }

  /// The protocol number is the tenth octet, flags and offset of a piece are the seventh and eighth (RFC 791).
  private static let version4: PacketFilter = .when(
    .byte(23), .equals(UInt32(IPPacket.udp)),
    .when(
      .half(20), .hasBit(0x1fff), .leave,
      otherwise: .when(
        .halfBehindIPv4(2), .equals(67), .take,
        otherwise: .when(
          .byte(0), .equals(0xff), .take,
          otherwise: toMany(.whenOneOf(discovery, .halfBehindIPv4(2), .take, otherwise: .leave))))),
    otherwise: .when(.byte(23), .equals(UInt32(IPPacket.igmp)), toMany(.take), otherwise: .leave))

  /// The next header is the seventh octet, and the header has 40 (RFC 8200); 0 is before reports of groups.
  private static let version6: PacketFilter = .when(
    .byte(20), .equals(UInt32(IPPacket.icmpv6)),
    .when(
      .byte(0), .hasBit(1), .take, otherwise: .whenOneOf([135, 136], .byte(54), .take, otherwise: .leave)),
    otherwise: toMany(
      .when(
        .byte(20), .equals(0), .take,
        otherwise: .when(
          .byte(20), .equals(UInt32(IPPacket.udp)),
          .whenOneOf(discovery + [547], .half(56), .take, otherwise: .leave), otherwise: .leave))))
}
