import CLinux
import Glibc

/// A raw socket that sends and receives frames on one interface (packet(7)); it does not hear this machine.
package final class PacketSocket {
  package let descriptor: Descriptor
  private let interface: NetworkInterface

  /// All EtherTypes, and what has none (`ETH_P_ALL`).
  package static let everything: UInt16 = 0x0003
  /// `PACKET_IGNORE_OUTGOING` (linux/if_packet.h).
  private static let ignoreOutgoing: CInt = 23

  /// Opens the socket for one EtherType, and for what a filter takes of it; needs CAP_NET_RAW.
  package init(
    on interface: NetworkInterface, etherType: UInt16, filter: PacketFilter = .take
  ) throws(SystemError) {
    self.interface = interface
    // Without a protocol until it is bound: no frame of another interface can come in between.
    let number = try system("socket(AF_PACKET)", interface.name) {
      socket(AF_PACKET, SocketKind.raw, 0)
    }
    descriptor = Descriptor(owning: number)
    try attach(filter)
    // With it the kernel does not even copy what this machine sends, to ask the filter about it. Linux before 4.20 does
    // not know it: the filter is enough, and only slower.
    do {
      try set(CInt(1), option: Self.ignoreOutgoing, level: SOL_PACKET, on: number, interface.name)
    } catch {
      guard error.code == ENOPROTOOPT else { throw error }
    }
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = etherType.bigEndian
    address.sll_ifindex = CInt(interface.index)
    try system("bind", interface.name) {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.bind(number, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
        }
      }
    }
  }

  private func attach(_ filter: PacketFilter) throws(SystemError) {
    var program = PacketFilter.fromOthers + filter.program
    try system("setsockopt(SO_ATTACH_FILTER)", interface.name) {
      program.withUnsafeMutableBufferPointer { buffer in
        var head = sock_fprog(len: UInt16(buffer.count), filter: buffer.baseAddress)
        return setsockopt(
          descriptor.number, SOL_SOCKET, SO_ATTACH_FILTER, &head, socklen_t(MemoryLayout<sock_fprog>.size))
      }
    }
  }

  /// Sends one whole frame.
  ///
  /// - Returns: whether the kernel took it; `false` when its queue is full and it is worth trying again.
  package func send(_ frame: [UInt8]) throws(SystemError) -> Bool {
    while true {
      if Glibc.send(descriptor.number, frame, frame.count, 0) >= 0 { return true }
      if errno == ENOBUFS || errno == EAGAIN { return false }
      if errno != EINTR { throw SystemError(errno, "send", interface.name) }
    }
  }

  /// The next frame, or `nil`; what is longer than `limit` bytes is cut.
  package func receive(limit: Int = 2048) throws(SystemError) -> [UInt8]? {
    try descriptor.read(limit: limit)
  }
}
