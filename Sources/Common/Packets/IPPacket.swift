package import Addresses

/// What one IP packet of either version says of itself and carries.
package struct IPPacket: Hashable, Sendable {
  package var source: IPAddress
  package var destination: IPAddress
  /// The protocol number of what is carried, behind extension headers (IANA, "Assigned Internet Protocol Numbers").
  package var `protocol`: UInt8
  /// Time to live or hop limit.
  package var hops: UInt8
  /// The octets that the packet says it has, header included, however many were recorded.
  package var length: Int
  /// Whether it forbids to be cut in pieces; `false` in IPv6, which has no such bit.
  package var keepsWhole: Bool
  /// The header has the router alert option (RFC 2113, RFC 2711).
  package var alertsRouters: Bool
  /// `false` for every piece of a packet but the first: its payload has no transport header.
  package var isFirstPiece: Bool
  /// At most what the header says there is: padding of the link is cut off.
  package var payload: ArraySlice<UInt8>

  package static let icmp: UInt8 = 1
  package static let igmp: UInt8 = 2
  package static let tcp: UInt8 = 6
  package static let udp: UInt8 = 17
  package static let icmpv6: UInt8 = 58

  /// Reads the packet of a frame; `nil` when the frame carries none or its header is not sound.
  package init?(_ frame: EthernetFrame) {
    switch frame.type {
    case EthernetFrame.ipv4: self.init(v4: frame.payload)
    case EthernetFrame.ipv6: self.init(v6: frame.payload)
    default: return nil
    }
  }

  /// Reads an IPv4 packet (RFC 791, section 3.1).
  package init?(v4 bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    guard let first = reader.u8(), first >> 4 == 4, first & 15 >= 5, reader.skip(1),
      let length = reader.big16(), length >= (first & 15) * 4, reader.skip(2),
      let fragment = reader.big16(), let hops = reader.u8(), let proto = reader.u8(), reader.skip(2),
      let source = reader.big32(), let destination = reader.big32(),
      let options = reader.take((first & 15) * 4 - 20)
    else { return nil }
    self.source = .v4(IPv4Address(bits: UInt32(source)))
    self.destination = .v4(IPv4Address(bits: UInt32(destination)))
    self.protocol = UInt8(proto)
    self.hops = UInt8(hops)
    self.length = length
    keepsWhole = fragment & 0x4000 != 0
    // Option 148, always first where it is used.
    alertsRouters = options.first == 148
    isFirstPiece = fragment & 0x1fff == 0
    payload = reader.rest.prefix(length - (first & 15) * 4)
  }

  /// How many extension headers are passed over.
  package static let extensionLimit = 8

  /// Reads an IPv6 packet and passes over its extension headers (RFC 8200, sections 3 and 4).
  package init?(v6 bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    guard let first = reader.u8(), first >> 4 == 6, reader.skip(3), let size = reader.big16(),
      var next = reader.u8(), let hops = reader.u8(),
      let source = reader.take(16).flatMap(IPv6Address.init(octets:)),
      let destination = reader.take(16).flatMap(IPv6Address.init(octets:))
    else { return nil }
    self.source = .v6(source)
    self.destination = .v6(destination)
    self.hops = UInt8(hops)
    length = size + 40
    keepsWhole = false
    alertsRouters = false
    isFirstPiece = true
    var rest = ByteReader(reader.rest.prefix(size))
    for _ in 0..<Self.extensionLimit {
      // Hop-by-hop, routing, fragment and destination options; what else there is, is carried.
      guard [0, 43, 44, 60].contains(next), isFirstPiece else { break }
      guard let following = rest.u8(), let words = rest.u8(),
        let body = rest.take(next == 44 ? 6 : words * 8 + 6)
      else { return nil }
      if next == 44 { isFirstPiece = body.prefix(2).reduce(0) { $0 << 8 | Int($1) } & 0xfff8 == 0 }
      if next == 0, body.first == 5 { alertsRouters = true }
      next = following
    }
    self.protocol = UInt8(next)
    payload = rest.rest
  }
}
