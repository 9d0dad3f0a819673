import Addresses
import Glibc

extension Endpoint {
  /// Lends the endpoint to C as a `sockaddr`.
  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = self.address.bits.bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
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
