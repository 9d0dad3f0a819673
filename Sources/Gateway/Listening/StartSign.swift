import Addresses
package import Packets

/// What a device says when it has just come up, or has just been given a link, and hardly ever else.
///
/// A device that had power all the time says none of it; but one whose switch or radio was the gateway's own says it too.
package enum StartSign: Hashable, Sendable, CaseIterable {
  /// It asks for an address that it does not have yet (RFC 2131, sections 3.1 and 3.2); a renewal is no such question.
  case lease
  /// It tries whether its address is free, or tells everybody that it has it (RFC 5227, sections 2.1.1 and 2.3).
  case address
  /// Duplicate address detection (RFC 4862, section 5.4.2).
  case version6Address
  /// It tries whether its name is free in multicast DNS (RFC 6762, section 8.1).
  case name

  /// What a frame tells of its own sender; `nil` for everything else.
  package init?(_ frame: EthernetFrame) {
    switch frame.type {
    case EthernetFrame.arp:
      guard Self.claimsAddress(frame) else { return nil }
      self = .address
    case EthernetFrame.ipv4, EthernetFrame.ipv6:
      guard let packet = IPPacket(frame) else { return nil }
      if packet.protocol == IPPacket.icmpv6 {
        guard Self.detectsDuplicates(packet) else { return nil }
        self = .version6Address
      } else if let datagram = UDPDatagram(packet) {
        guard let sign = Self.sign(of: datagram, from: frame.source) else { return nil }
        self = sign
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static func claimsAddress(_ frame: EthernetFrame) -> Bool {
    let header = MACAddress.broadcast.octets + frame.source.octets + [0x08, 0x06]
    guard let packet = ARPPacket(frame: header + frame.payload), packet.senderHardware == frame.source else {
      return false
    }
    let isProbe = packet.operation == .request && packet.sender.bits == 0 && packet.target.bits != 0
    return isProbe || (packet.sender.bits != 0 && packet.sender == packet.target)
  }

  /// A neighbour solicitation from nobody (RFC 4861, section 4.3).
  private static func detectsDuplicates(_ packet: IPPacket) -> Bool {
    guard case .v6(let source) = packet.source, packet.isFirstPiece else { return false }
    return source.bits == 0 && packet.hops == 255 && packet.payload.first == 135
  }

  private static func sign(of datagram: UDPDatagram, from sender: MACAddress) -> StartSign? {
    if datagram.destination == DHCPMessage.serverPort {
      // A relay's frame has the relay's hardware address.
      guard let message = DHCPMessage(datagram.payload), message.isRequest, message.hardware == sender,
        !message.hasAddress, message.type == 1 || message.type == 3
      else { return nil }
      return .lease
    }
    guard datagram.destination == DNSPacket.multicastPort else { return nil }
    var reader = ByteReader(datagram.payload)
    // A question with the answers that it would give itself among its authorities.
    guard reader.skip(2), let flags = reader.big16(), flags & 0x8000 == 0, let questions = reader.big16(),
      questions > 0, reader.skip(2), let authorities = reader.big16(), authorities > 0
    else { return nil }
    return .name
  }
}
