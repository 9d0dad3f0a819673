package import Addresses
import Glibc

/// Ordinary datagrams to one peer: routed as the machine routes, and never blocking.
package enum UDPStream {
  /// Ties a socket to a peer; nothing is sent.
  package static func connect(to peer: Endpoint) throws(SystemError) -> Descriptor {
    let descriptor = Descriptor(
      owning: try system("socket", "\(peer)") { socket(peer.domain, SocketKind.datagram, 0) })
    try system("connect", "\(peer)") {
      peer.withSocketAddress { Glibc.connect(descriptor.number, $0, $1) }
    }
    return descriptor
  }
}
