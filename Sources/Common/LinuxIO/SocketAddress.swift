import Addresses
import Glibc

extension Endpoint {
  /// Lends the endpoint to C as a `sockaddr`.
  ///
  /// An address of one link has no zone of its own: the socket is tied to an interface (ipv6(7)).
  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch address {
    case .v4(let own):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = own.bits.bigEndian
      return lend(&address, body)
    case .v6(let own):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: own.octets) }
      return lend(&address, body)
    }
  }

  private func lend<Address, Result>(
    _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }

  /// Reads what C filled in; `nil` for an address of another family.
  init?(_ storage: sockaddr_storage) {
    var storage = storage
    let found: Endpoint? = withUnsafePointer(to: &storage) { pointer in
      switch CInt(pointer.pointee.ss_family) {
      case AF_INET:
        pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          Endpoint(
            .v4(IPv4Address(bits: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))),
            UInt16(bigEndian: $0.pointee.sin_port))
        }
      case AF_INET6:
        pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
          withUnsafeBytes(of: address.pointee.sin6_addr) { IPv6Address(octets: $0) }.map {
            Endpoint(.v6($0), UInt16(bigEndian: address.pointee.sin6_port))
          }
        }
      default: nil
      }
    }
    guard let found else { return nil }
    self = found
  }

  /// The domain of a socket that can reach it.
  var domain: CInt { address.isVersion4 ? AF_INET : AF_INET6 }
}

func set<Value>(
  _ value: Value, option: CInt, level: CInt = SOL_SOCKET, on number: CInt, _ subject: String
) throws(SystemError) {
  try system("setsockopt", subject) {
    withUnsafePointer(to: value) {
      setsockopt(number, level, option, $0, socklen_t(MemoryLayout<Value>.size))
    }
  }
}

/// Ties a socket to one interface, so that nothing of it can leave by another.
func bind(_ number: CInt, toInterface name: String) throws(SystemError) {
  let bytes = Array(name.utf8)
  try system("setsockopt", "interface \(name)") {
    setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, bytes, socklen_t(bytes.count))
  }
}
