package import Addresses
import Glibc

extension UDPStream {
  /// Waits at an address for datagrams of anybody; port 0 lets the kernel choose.
  package static func listen(on address: Endpoint) throws(SystemError) -> Descriptor {
    let descriptor = Descriptor(
      owning: try system("socket", "\(address)") { socket(address.domain, SocketKind.datagram, 0) })
    try system("bind", "\(address)") {
      address.withSocketAddress { Glibc.bind(descriptor.number, $0, $1) }
    }
    return descriptor
  }

  /// The address a socket has.
  package static func localEndpoint(of descriptor: Descriptor) -> Endpoint? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor.number, $0, &length)
      }
    }
    return status == 0 ? Endpoint(storage) : nil
  }

  /// The next datagram with its sender, or `nil`; what is longer than `limit` bytes is cut.
  package static func receive(on descriptor: Descriptor, limit: Int) -> (bytes: [UInt8], sender: Endpoint)? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, used in
      count = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor.number, buffer.baseAddress, buffer.count, 0, $0, &length)
        }
      }
      used = max(0, count)
    }
    guard count >= 0, let sender = Endpoint(storage) else { return nil }
    return (bytes, sender)
  }

  /// Sends a datagram; what the kernel has no room for is lost, as on the way.
  package static func send(_ bytes: [UInt8], on descriptor: Descriptor, to peer: Endpoint) {
    _ = peer.withSocketAddress { sendto(descriptor.number, bytes, bytes.count, 0, $0, $1) }
  }
}
