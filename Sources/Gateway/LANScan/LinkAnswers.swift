import Addresses
import LinuxIO
import Packets

/// Reads the answers that come to a port from many from the link, where the hardware address of who sent them is seen.
///
/// Everybody on the LAN hears a question to a group and knows the port, and could answer in the name of another.
final class LinkAnswers {
  /// A datagram that came to the port that asked.
  struct Answer {
    let hardware: MACAddress
    let sender: Endpoint
    let bytes: [UInt8]
  }

  private static let turnLimit = 64

  private let packets: PacketSocket
  private let loop: EventLoop
  private var token: EventLoop.Token?

  /// Listens for datagrams to one port of this machine; throws where the raw socket is refused.
  init(
    to port: UInt16, version: UDPSocket.Version, on interface: NetworkInterface, loop: EventLoop,
    handler: @escaping (Answer) -> Void
  ) throws(SystemError) {
    self.loop = loop
    let type = version == .v4 ? EthernetFrame.ipv4 : EthernetFrame.ipv6
    packets = try PacketSocket(on: interface, etherType: type, filter: Self.filter(port, version))
    token = loop.watch(packets.descriptor, for: .read) { [packets] _ in
      for _ in 0..<Self.turnLimit {
        guard let bytes = try? packets.receive() else { return }
        if let answer = Self.read(bytes) { handler(answer) }
      }
    }
  }

  func close() { loop.cancel(token) }

  private static func read(_ bytes: [UInt8]) -> Answer? {
    guard let frame = EthernetFrame(bytes[...]), let packet = IPPacket(frame),
      let datagram = UDPDatagram(packet)
    else { return nil }
    return Answer(
      hardware: frame.source, sender: Endpoint(packet.source, datagram.source), bytes: Array(datagram.payload)
    )
  }

  /// Whole UDP datagrams to the port; what comes in pieces is asked of each device again anyway.
  private static func filter(_ port: UInt16, _ version: UDPSocket.Version) -> PacketFilter {
    switch version {
    case .v4:
      .when(
        .byte(23), .equals(UInt32(IPPacket.udp)),
        .when(
          .half(20), .hasBit(0x3fff), .leave,
          otherwise: .when(.halfBehindIPv4(2), .equals(UInt32(port)), .take, otherwise: .leave)),
        otherwise: .leave)
    case .v6:
      .when(
        .byte(20), .equals(UInt32(IPPacket.udp)),
        .when(.half(56), .equals(UInt32(port)), .take, otherwise: .leave), otherwise: .leave)
    }
  }
}
