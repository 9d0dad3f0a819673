package import Addresses
import CLinux
import Glibc

/// Ordinary connections over TCP: routed as the machine routes, and never blocking.
package enum TCPStream {
  /// Starts a connection; it is made or refused when the descriptor becomes writable.
  ///
  /// With an `interface` nothing of it leaves by another, wherever routes lead.
  package static func connect(
    to peer: Endpoint, interface: String? = nil
  ) throws(SystemError) -> Descriptor {
    let descriptor = try open(peer)
    if let interface { try bind(descriptor.number, toInterface: interface) }
    let result = peer.withSocketAddress { Glibc.connect(descriptor.number, $0, $1) }
    if result < 0, errno != EINPROGRESS { throw SystemError(errno, "connect", "\(peer)") }
    return descriptor
  }

  /// Why a connection that was being made failed; `nil` where it stands.
  package static func problem(of descriptor: Descriptor, to peer: Endpoint) -> SystemError? {
    var error: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &error, &length)
    return error == 0 ? nil : SystemError(error, "connect", "\(peer)")
  }

  /// Listens on an address of this machine; port 0 lets the kernel choose.
  ///
  /// With an `interface` nobody is heard who comes in by another, although the address is known there too.
  package static func listen(
    on address: Endpoint, interface: String? = nil
  ) throws(SystemError) -> Descriptor {
    let descriptor = try open(address)
    if let interface { try bind(descriptor.number, toInterface: interface) }
    try set(CInt(1), option: SO_REUSEADDR, on: descriptor.number, "\(address)")
    if !address.address.isVersion4 {
      // Version 4 has a listener of its own where it is wanted (ipv6(7)).
      try set(
        CInt(1), option: CInt(IPV6_V6ONLY), level: CInt(IPPROTO_IPV6), on: descriptor.number, "\(address)")
    }
    try system("bind", "\(address)") {
      address.withSocketAddress { Glibc.bind(descriptor.number, $0, $1) }
    }
    try system("listen", "\(address)") { Glibc.listen(descriptor.number, 128) }
    return descriptor
  }

  /// Takes the next connection and who made it; `nil` when none waits.
  package static func accept(_ listener: Descriptor) -> (Descriptor, Endpoint)? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.accept(listener.number, $0, &length)
      }
    }
    guard number >= 0 else { return nil }
    let descriptor = Descriptor(owning: number)
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    guard let peer = Endpoint(storage) else { return nil }
    return (descriptor, peer)
  }

  /// The address and port a socket has here.
  package static func localEndpoint(of descriptor: Descriptor) -> Endpoint? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor.number, $0, &length)
      }
    }
    return result == 0 ? Endpoint(storage) : nil
  }

  /// Says that no more will be written; reading goes on.
  package static func finishWriting(_ descriptor: Descriptor) {
    shutdown(descriptor.number, CInt(SHUT_WR))
  }

  private static func open(_ address: Endpoint) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: try system("socket", "\(address)") { socket(address.domain, SocketKind.stream, 0) })
  }
}
