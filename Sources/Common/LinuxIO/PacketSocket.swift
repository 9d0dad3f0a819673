import CLinux
import Glibc

/// A raw socket that sends and receives frames of one EtherType on one interface (packet(7)).
package final class PacketSocket {
  package let descriptor: Descriptor
  private let interface: NetworkInterface

  /// Opens the socket; needs CAP_NET_RAW.
  package init(on interface: NetworkInterface, etherType: UInt16) throws(SystemError) {
    self.interface = interface
    // Without a protocol until it is bound: no frame of another interface can come in between.
    let number = try system("socket(AF_PACKET)", interface.name) {
      socket(AF_PACKET, SocketKind.raw, 0)
    }
    descriptor = Descriptor(owning: number)
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
