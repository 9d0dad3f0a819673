package import Addresses
import Glibc

/// A TCP connection being made to a device of one interface; never blocks.
package final class TCPSocket {
  package let descriptor: Descriptor
  package let peer: Endpoint

  /// Starts a connection; it is made or refused when the descriptor becomes writable.
  ///
  /// The kernel sends one SYN and no repetition within a second: the pace is the caller's.
  package init(connectingTo peer: Endpoint, interface: String) throws(SystemError) {
    self.peer = peer
    let number = try system("socket", "\(peer)") {
      socket(peer.domain, SocketKind.stream, 0)
    }
    descriptor = Descriptor(owning: number)
    try bind(number, toInterface: interface)
    // Probes must not be routed over a gateway: the peer is on the link or nowhere (socket(7)).
    try set(CInt(1), option: SO_DONTROUTE, on: number, "\(peer)")
    try set(CInt(1), option: CInt(TCP_NODELAY), level: CInt(IPPROTO_TCP), on: number, "\(peer)")
    let result = peer.withSocketAddress { connect(number, $0, $1) }
    if result < 0, errno != EINPROGRESS { throw SystemError(errno, "connect", "\(peer)") }
  }

  /// What became of the attempt to connect.
  package enum Outcome: Hashable, Sendable {
    case made
    /// The peer answered with a reset: nobody listens on the port.
    case refused
    /// No way to the peer, with the `errno` value.
    case failed(CInt)
  }

  /// What became of the attempt, once the descriptor is writable.
  package func takeOutcome() -> Outcome {
    var error: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &error, &length)
    return error == 0 ? .made : error == ECONNREFUSED ? .refused : .failed(error)
  }

  /// Sends what fits now; a peer that went away is told as `EPIPE`, not as a signal.
  package func send(_ bytes: some Collection<UInt8>) throws(SystemError) -> Int {
    let array = Array(bytes)
    while true {
      let count = Glibc.send(descriptor.number, array, array.count, CInt(MSG_NOSIGNAL))
      if count >= 0 { return count }
      if errno == EAGAIN { return 0 }
      if errno != EINTR { throw SystemError(errno, "send", "\(peer)") }
    }
  }
}
