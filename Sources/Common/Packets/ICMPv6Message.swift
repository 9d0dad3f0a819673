package import Addresses

/// What a station of a link says in ICMPv6 of itself: neighbour discovery and group membership
/// (RFC 4861, section 4; RFC 3810, section 5; RFC 4443, section 4).
package struct ICMPv6Message: Hashable, Sendable {
  package static let echoReply = 129
  package static let neighbourAdvertisement = 136
  /// Router solicitation, router advertisement, neighbour solicitation, neighbour advertisement and redirect.
  private static let neighbourDiscovery = 133...137

  /// Who sent the frame.
  package var hardware: MACAddress
  package var source: IPv6Address
  package var destination: IPv6Address
  package var type: Int

  /// Reads a frame; `nil` when it carries no ICMPv6 message of a station on this link.
  ///
  /// A message from another link has the hardware address of the router that brought it. So the sender's address
  /// must be of this link, or the message one that no router passes on: its hop limit is 255 (RFC 4861, section 6.1.1).
  package init?(_ frame: EthernetFrame) {
    guard let packet = IPPacket(frame), packet.protocol == IPPacket.icmpv6, packet.isFirstPiece,
      case .v6(let source) = packet.source, case .v6(let destination) = packet.destination,
      source.bits != 0, source.bits >> 120 != 0xff,
      let type = packet.payload.first.map({ Int($0) })
    else { return nil }
    let isOfLink = Self.neighbourDiscovery.contains(type) && packet.hops == 255
    guard source.isLinkLocal || isOfLink else { return nil }
    hardware = frame.source
    self.source = source
    self.destination = destination
    self.type = type
  }
}

/// The questions of ICMPv6 that find stations, as whole frames.
package struct ICMPv6Request: Hashable, Sendable {
  package enum Question: Hashable, Sendable {
    /// An echo request to all nodes of the link, `ff02::1` (RFC 4443, section 4.1).
    case echoToAll
    /// A general query for groups, which nodes answer that ignore such echoes (RFC 3810, section 5.1).
    case groupsOfAll
    /// A neighbour solicitation to the one station with an address (RFC 4861, section 4.3).
    case solicit(IPv6Address)
  }

  package var hardware: MACAddress
  /// An address of the link: queries from others are ignored (RFC 3810, section 5.1.14).
  package var source: IPv6Address
  package var question: Question

  package init(hardware: MACAddress, source: IPv6Address, question: Question) {
    self.hardware = hardware
    self.source = source
    self.question = question
  }

  /// `ff02::1` (RFC 4291, section 2.7.1).
  private static let allNodes = IPv6Address(bits: 0xff02 << 112 | 1)

  private var destination: IPv6Address {
    switch question {
    case .echoToAll, .groupsOfAll: Self.allNodes
    // `ff02::1:ff00:0/104` with the last 24 bits of the address (RFC 4291, section 2.7.1).
    case .solicit(let address): IPv6Address(bits: 0xff02 << 112 | 0x1_ff00_0000 | address.bits & 0xff_ffff)
    }
  }

  /// The frame as it goes on the wire.
  package var frame: [UInt8] {
    // Groups are reached at 33:33 and their last 32 bits (RFC 2464, section 7).
    var bytes: [UInt8] = [0x33, 0x33] + destination.octets.suffix(4) + hardware.octets + [0x86, 0xdd]
    let (before, message, hops) = parts
    let length = before.count + message.count
    // Version 6; no class, no label.
    bytes += [0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xff)]
    bytes += [before.isEmpty ? IPPacket.icmpv6 : 0, hops] + source.octets + destination.octets
    return bytes + before + checked(message)
  }

  /// Extension header, message without its checksum, and hop limit.
  private var parts: (before: [UInt8], message: [UInt8], hops: UInt8) {
    switch question {
    case .echoToAll:
      // Identifier and sequence tell our own question apart; eight octets of data.
      ([], [128, 0, 0, 0, 0x4b, 0x6d, 0, 1] + Array("kadomori".utf8), 1)
    case .groupsOfAll:
      // Router alert (RFC 2711), padded; answers within a second, any group, robustness 2, query interval 125 s.
      (
        [IPPacket.icmpv6, 0, 5, 2, 0, 0, 1, 0],
        [130, 0, 0, 0, 0x03, 0xe8, 0, 0] + [UInt8](repeating: 0, count: 16) + [2, 125, 0, 0], 1
      )
    case .solicit(let address):
      ([], [135, 0, 0, 0, 0, 0, 0, 0] + address.octets + [1, 1] + hardware.octets, 255)
    }
  }

  /// The message with its checksum over the pseudo-header too (RFC 8200, section 8.1).
  private func checked(_ message: [UInt8]) -> [UInt8] {
    let pseudo =
      source.octets + destination.octets + [0, 0, 0, UInt8(message.count), 0, 0, 0, IPPacket.icmpv6]
    let all = pseudo + message
    var sum = stride(from: 0, to: all.count, by: 2).reduce(0) {
      $0 + (Int(all[$1]) << 8 | Int($1 + 1 < all.count ? all[$1 + 1] : 0))
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    var result = message
    (result[2], result[3]) = (UInt8(~sum >> 8 & 0xff), UInt8(~sum & 0xff))
    return result
  }
}
