import Dispatch
import Glibc
import Ingest
import LinuxIO

/// Whether anybody takes connections at an address, whoever that may be.
enum BrokerReach {
  /// Returns within a minute.
  static func isThere(_ address: BrokerAddress) async -> Bool {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "kadomori.reach").async { continuation.resume(returning: connects(to: address)) }
    }
  }

  private static func connects(to address: BrokerAddress) -> Bool {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0, let list else { return false }
    defer { freeaddrinfo(list) }
    var entry: UnsafeMutablePointer<addrinfo>? = list
    while let candidate = entry?.pointee {
      let number = socket(candidate.ai_family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      defer { close(number) }
      // connect(2) waits no longer than that.
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      if connect(number, candidate.ai_addr, candidate.ai_addrlen) == 0 { return true }
      entry = candidate.ai_next
    }
    return false
  }
}
