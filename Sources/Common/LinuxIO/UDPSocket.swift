package import Addresses
import Glibc

/// A UDP socket on one interface, unconnected: some services answer from another port.
package final class UDPSocket {
  package let descriptor: Descriptor
  private let interface: String

  /// Opens the socket on a local port, or on one that the kernel chooses.
  package init(interface: String, port: UInt16 = 0) throws(SystemError) {
    self.interface = interface
    let number = try system("socket", interface) {
      socket(AF_INET, SocketKind.datagram, 0)
    }
    descriptor = Descriptor(owning: number)
    try bind(number, toInterface: interface)
    try set(CInt(1), option: SO_DONTROUTE, on: number, interface)
    let any = Endpoint(IPv4Address(bits: 0), port)
    try system("bind", interface) { any.withSocketAddress { Glibc.bind(number, $0, $1) } }
  }

  /// The port the kernel chose.
  package var localPort: UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor.number, $0, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  package func send(_ bytes: [UInt8], to peer: Endpoint) throws(SystemError) {
    try system("sendto", "\(peer)") {
      peer.withSocketAddress { sendto(descriptor.number, bytes, bytes.count, 0, $0, $1) }
    }
  }

  /// The next datagram with its sender, or `nil`; what is longer than `limit` bytes is cut.
  package func receive(limit: Int) -> (bytes: [UInt8], sender: Endpoint)? {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, used in
      count = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor.number, buffer.baseAddress, buffer.count, 0, $0, &length)
        }
      }
      used = max(0, count)
    }
    guard count >= 0 else { return nil }
    let sender = IPv4Address(bits: UInt32(bigEndian: address.sin_addr.s_addr))
    return (bytes, Endpoint(sender, UInt16(bigEndian: address.sin_port)))
  }
}
