package import Addresses
import Glibc

/// Where the broker of our own listens: `ADDRESS[:PORT]`, `[V6ADDRESS]:PORT`.
package struct ListenAddress: Hashable, Sendable {
  package var address: IPAddress
  package var port: UInt16
  /// Whether the port was left out where the address was read.
  private var isPortLeftOut = false

  package init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  package static let standard = ListenAddress(.v4(IPv4Address(bits: 0x7f00_0001)), port: 1883)

  /// The same address; with this port where none was written.
  package func defaulting(to port: UInt16) -> ListenAddress {
    isPortLeftOut ? ListenAddress(address, port: port) : self
  }

  /// A Boolean value indicating whether only this machine can reach it.
  package var isLoopback: Bool {
    switch address {
    case .v4(let address): address.bits >> 24 == 127
    case .v6(let address): address.bits == 1
    }
  }

  /// An address at which this machine itself reaches it.
  package var localAddress: IPAddress {
    switch address {
    case .v4(let address) where address.bits == 0: .v4(IPv4Address(bits: 0x7f00_0001))
    case .v6(let address) where address.bits == 0: .v6(IPv6Address(bits: 1))
    default: address
    }
  }
}

extension ListenAddress: LosslessStringConvertible {
  /// Reads an address with or without a port; the default port is 1883.
  package init?(_ text: String) {
    if let address = IPAddress(text) {
      self.init(address, port: Self.standard.port)
      isPortLeftOut = true
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(String(host)), text.hasPrefix("[") == address.isV6 else { return nil }
    self.init(address, port: port)
  }

  package var description: String {
    address.isV6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}

extension IPAddress {
  fileprivate var isV6: Bool { if case .v6 = self { true } else { false } }
}

extension ListenAddress {
  /// Tries whether the port is free; returns `errno` where it is not.
  func problem() -> CInt? {
    withSocketAddress { family, pointer, size in
      let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { return errno }
      defer { close(descriptor) }
      var one: CInt = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
      // Listening, too, fails where somebody else listens, which SO_REUSEADDR hides from bind alone.
      return bind(descriptor, pointer, size) == 0 && listen(descriptor, 1) == 0 ? nil : errno
    }
  }

  /// Returns whether somebody listens there.
  func answers() -> Bool {
    ListenAddress(localAddress, port: port).withSocketAddress { family, pointer, size in
      let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      return connect(descriptor, pointer, size) == 0
    }
  }

  private func withSocketAddress<Result>(
    _ body: (CInt, UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    func call<Address>(_ value: Address, _ family: CInt) -> Result {
      withUnsafePointer(to: value) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body(family, $0, socklen_t(MemoryLayout<Address>.size))
        }
      }
    }
    switch address {
    case .v4(let address):
      var value = sockaddr_in()
      value.sin_family = sa_family_t(AF_INET)
      value.sin_port = port.bigEndian
      value.sin_addr.s_addr = address.bits.bigEndian
      return call(value, AF_INET)
    case .v6(let address):
      var value = sockaddr_in6()
      value.sin6_family = sa_family_t(AF_INET6)
      value.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &value.sin6_addr) {
        $0.storeBytes(of: address.bits.bigEndian, as: UInt128.self)
      }
      return call(value, AF_INET6)
    }
  }
}
