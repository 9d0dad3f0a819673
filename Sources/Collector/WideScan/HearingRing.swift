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

  init(on interface: NetworkInterface, ports: SourcePorts) throws(SystemError) {
    socket = try PacketSocket(
      on: interface, etherType: PacketSocket.everything, filter: Self.filter(ports))
    var made: OpaquePointer?
    let result = CPacketRings_ring_make(
      &made, socket.descriptor.number, Self.block, Self.blocks, Self.milliseconds)
    guard let made else { throw SystemError(-result, "setsockopt(PACKET_RX_RING)", interface.name) }
    ring = made
  }

  deinit { CPacketRings_ring_free(ring) }

  var descriptor: Descriptor { socket.descriptor }

  /// TCP to our ports, and errors of ICMP; what they are about is found out later.
  private static func filter(_ ports: SourcePorts) -> PacketFilter {
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
    let version4 = PacketFilter.when(
      .byte(23), .equals(6), ours(.halfBehindIPv4(2)),
      otherwise: .when(.byte(23), .equals(1), type(.halfBehindIPv4(0), [3, 11]), otherwise: .leave))
    let version6 = PacketFilter.when(
      .byte(20), .equals(6), ours(.half(56)),
      otherwise: .when(.byte(20), .equals(58), type(.half(54), [1, 3]), otherwise: .leave))
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

/// Holds the ports that probes leave by.
final class HeldPorts {
  let ports: SourcePorts
  private let sockets: [Descriptor]

  /// Takes the first ports that are all free, from `wanted` or from 47,000 on.
  init(wanted: UInt16?, version4: Bool, version6: Bool) throws(SystemError) {
    let candidates = wanted.map { [$0] } ?? (0..<64).map { 47_000 + $0 * UInt16(SourcePorts.count) }
    var last = SystemError(22, "bind", "source port \(wanted ?? 0), which has to be 1024 to 65527")
    for first in candidates {
      guard let ports = SourcePorts(first: first) else { continue }
      do throws(SystemError) {
        var sockets: [Descriptor] = []
        for port in ports.all {
          if version4 { sockets.append(try Self.hold(4, port)) }
          if version6 { sockets.append(try Self.hold(6, port)) }
        }
        self.ports = ports
        self.sockets = sockets
        return
      } catch {
        last = error
      }
    }
    throw last
  }

  private static func hold(_ version: Int32, _ port: UInt16) throws(SystemError) -> Descriptor {
    let number = CPacketRings_hold(version, port)
    guard number >= 0 else { throw SystemError(-number, "bind", "source port \(port)") }
    return Descriptor(owning: number)
  }
}
