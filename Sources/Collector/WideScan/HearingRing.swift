import CPacketRings
import LinuxIO

/// Hears the answers of one interface: a ring that the kernel fills with what a filter leaves; needs CAP_NET_RAW.
final class HearingRing {
  private let socket: PacketSocket
  private let ring: OpaquePointer

  /// 16 blocks of 128 KiB: room for some 14,000 answers while nobody looks.
  private static let block: Int32 = 128 << 10
  private static let blocks: Int32 = 16
  /// The longest that an answer stays in a block that is not full.
  private static let milliseconds: Int32 = 4

  /// `answerPorts` are ports of UDP that protocols have answers go to.
  init(
    on interface: NetworkInterface, ports: SourcePorts, answerPorts: Set<UInt16> = []
  ) throws(SystemError) {
    socket = try PacketSocket(
      on: interface, etherType: PacketSocket.everything,
      filter: Self.filter(ports, answerPorts.sorted().map { UInt32($0) }))
    var made: OpaquePointer?
    let result = CPacketRings_ring_make(
      &made, socket.descriptor.number, Self.block, Self.blocks, Self.milliseconds)
    guard let made else { throw SystemError(-result, "setsockopt(PACKET_RX_RING)", interface.name) }
    ring = made
  }

  deinit { CPacketRings_ring_free(ring) }

  var descriptor: Descriptor { socket.descriptor }

  /// TCP and UDP to our ports, answers to echo requests, and errors of ICMP; what they are about is found out later.
  private static func filter(_ ports: SourcePorts, _ answerPorts: [UInt32]) -> PacketFilter {
    let (first, end) = (UInt32(ports.first), UInt32(ports.first) + UInt32(SourcePorts.count))
    func ours(_ field: PacketFilter.Field) -> PacketFilter {
      .when(
        field, .isAtLeast(first), .when(field, .isAtLeast(end), .leave, otherwise: .take), otherwise: .leave)
    }
    func type(_ field: PacketFilter.Field, _ types: [UInt32]) -> PacketFilter {
      types.reduce(.leave) { rest, type in
        .when(
          field, .isAtLeast(type << 8), .when(field, .isAtLeast((type + 1) << 8), rest, otherwise: .take),
          otherwise: rest)
      }
    }
    func datagram(_ field: PacketFilter.Field) -> PacketFilter {
      .whenOneOf(answerPorts, field, .take, otherwise: ours(field))
    }
    let version4 = PacketFilter.when(
      .byte(23), .equals(6), ours(.halfBehindIPv4(2)),
      otherwise: .when(
        .byte(23), .equals(17), datagram(.halfBehindIPv4(2)),
        otherwise: .when(
          .byte(23), .equals(1), type(.halfBehindIPv4(0), [0, 3, 11]), otherwise: .leave)))
    let version6 = PacketFilter.when(
      .byte(20), .equals(6), ours(.half(56)),
      otherwise: .when(
        .byte(20), .equals(17), datagram(.half(56)),
        otherwise: .when(.byte(20), .equals(58), type(.half(54), [1, 3, 129]), otherwise: .leave)))
    return .when(
      .half(12), .equals(0x0800), version4,
      otherwise: .when(.half(12), .equals(0x86dd), version6, otherwise: .leave))
  }

  /// Gives every frame that is there to `body`.
  func drain(_ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void) throws(SystemError) {
    var frame: UnsafePointer<UInt8>?
    while true {
      let length = CPacketRings_ring_next(ring, &frame)
      guard length > 0, let frame else { return }
      try body(UnsafeRawBufferPointer(start: frame, count: Int(length)))
    }
  }

  /// Frames for which there was no room since the last time.
  var drops: Int { max(0, Int(CPacketRings_ring_drops(ring))) }
}
