import Addresses
import Packets

extension TraitCollector {
  mutating func hear(_ packet: IPPacket) {
    let version = packet.source.isVersion4 ? "4" : "6"
    note(.ip, "\(version)-\(packet.protocol)" + (packet.alertsRouters ? "-alert" : ""))
    note(
      .hops, "\(packet.destination.isForMany ? "m" : "u")\(version)-\(packet.protocol)-\(start(packet.hops))")
    if case .v6(let address) = packet.source { hear(source: address) }
    guard packet.isFirstPiece else { return note(.ip, "\(version)-piece") }
    switch packet.protocol {
    case IPPacket.udp: if let datagram = UDPDatagram(packet) { hear(datagram, in: packet) }
    case IPPacket.tcp: if let segment = TCPSegment(packet) { hear(segment, in: packet) }
    case IPPacket.igmp: hear(igmp: packet)
    case IPPacket.icmp, IPPacket.icmpv6: hear(icmp: packet)
    default: follow("ip-\(packet.protocol)")
    }
  }

  /// The limit that the sender began with: what routers took off is put on again.
  private func start(_ hops: UInt8) -> Int {
    [1, 2, 4, 32, 64, 128].first { hops <= $0 } ?? 255
  }

  /// Tells an address made of the hardware address from a chosen one (RFC 4291, appendix A).
  private mutating func hear(source: IPv6Address) {
    guard source.bits != 0 else { return note(.address, "none") }
    let scope = source.groups[0] & 0xffc0 == 0xfe80 ? "link" : "wide"
    let isMade = source.groups[5] & 0xff == 0xff && source.groups[6] >> 8 == 0xfe
    note(.address, "\(scope)-\(isMade ? "made" : "chosen")")
  }

  private mutating func hear(igmp packet: IPPacket) {
    var reader = ByteReader(packet.payload)
    guard let type = reader.u8(), reader.skip(3), let group = reader.big32() else { return }
    follow("igmp")
    note(.ip, "4-2-\(type)")
    // Reports of version 1 and 2; version 3 lists groups (RFC 3376, section 4.2).
    if type == 0x12 || type == 0x16 { note(.group, IPv4Address(bits: UInt32(group)).description) }
    guard type == 0x22 else { return }
    for _ in 0..<min(group & 0xffff, 16) {
      guard reader.skip(1), let auxiliary = reader.u8(), let sources = reader.big16(),
        let group = reader.big32(), reader.skip(sources * 4 + auxiliary * 4)
      else { return }
      note(.group, IPv4Address(bits: UInt32(group)).description)
    }
  }

  private mutating func hear(icmp packet: IPPacket) {
    var reader = ByteReader(packet.payload)
    guard let type = reader.u8(), let code = reader.u8() else { return }
    let version = packet.source.isVersion4 ? "4" : "6"
    // What is unreachable, and echo replies, were brought on by others.
    note(.icmp, "\(version)-\(type)-\(code)")
    follow("icmp\(version)-\(type)")
    // Joins of MLD version 2 (RFC 3810, section 5.2); solicited-node groups hold the device's address.
    guard version == "6", type == 143, reader.skip(4), let count = reader.big16() else { return }
    for _ in 0..<min(count, 16) {
      guard reader.skip(1), let auxiliary = reader.u8(), let sources = reader.big16(),
        let group = reader.take(16).flatMap(IPv6Address.init(octets:)),
        reader.skip(sources * 16 + auxiliary * 4)
      else { return }
      note(.group, group.bits >> 24 == Self.solicitedNode ? "ff02::1:ff#" : group.description)
    }
  }

  /// `ff02::1:ff00:0/104` (RFC 4291, section 2.7.1).
  private static let solicitedNode: UInt128 = 0xff02_0000_0000_0000_0000_0001_ff00_0000 >> 24
}

extension IPAddress {
  /// A group, or all (an IPv4 address that ends in 255 counts as such).
  var isForMany: Bool {
    switch self {
    case .v4(let address): address.bits >> 28 >= 14 || address.bits & 0xff == 0xff
    case .v6(let address): address.bits >> 120 == 0xff
    }
  }
}
