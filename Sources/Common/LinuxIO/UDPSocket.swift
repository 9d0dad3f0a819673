package import Addresses
import CLinux
import Glibc

/// A UDP socket on one interface, unconnected: some services answer from another port.
package final class UDPSocket {
  package let descriptor: Descriptor
  private let interface: String

  /// The versions of the Internet protocol; a socket has one.
  package enum Version: Hashable, Sendable { case v4, v6 }

  /// Opens the socket on a local port, or on one that the kernel chooses.
  package init(interface: String, port: UInt16 = 0, version: Version = .v4) throws(SystemError) {
    self.interface = interface
    let any = Endpoint(version == .v4 ? .v4(IPv4Address(bits: 0)) : .v6(IPv6Address(bits: 0)), port)
    let number = try system("socket", interface) {
      socket(any.domain, SocketKind.datagram, 0)
    }
    descriptor = Descriptor(owning: number)
    try bind(number, toInterface: interface)
    try set(CInt(1), option: SO_DONTROUTE, on: number, interface)
    if version == .v6 {
      try set(CInt(1), option: CInt(IPV6_V6ONLY), level: CInt(IPPROTO_IPV6), on: number, interface)
    }
    try system("bind", interface) { any.withSocketAddress { Glibc.bind(number, $0, $1) } }
  }

  /// The port the kernel chose.
  package var localPort: UInt16 {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor.number, $0, &length)
      }
    }
    return Endpoint(address)?.port ?? 0
  }

  package func send(_ bytes: [UInt8], to peer: Endpoint) throws(SystemError) {
    try system("sendto", "\(peer)") {
      peer.withSocketAddress { sendto(descriptor.number, bytes, bytes.count, 0, $0, $1) }
    }
  }

  /// The next datagram with its sender, or `nil`; what is longer than `limit` bytes is cut.
  package func receive(limit: Int) -> (bytes: [UInt8], sender: Endpoint)? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, used in
      count = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor.number, buffer.baseAddress, buffer.count, 0, $0, &length)
        }
      }
      used = max(0, count)
    }
    guard count >= 0, let sender = Endpoint(address) else { return nil }
    return (bytes, sender)
  }
}
