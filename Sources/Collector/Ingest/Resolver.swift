import Dispatch
import Glibc
package import MQTTClient

/// Why a name has no address.
package struct ResolveError: Error, Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var detail: String
  package var description: String { "\(host): \(detail). Check the name and this machine's resolver." }
}

extension BrokerAddress {
  /// Where the broker is now, by the first address of its name.
  package func endpoint() async throws(ResolveError) -> MQTTEndpoint {
    guard let address = try await Resolver.addresses(of: host).first else {
      throw ResolveError(host: host, detail: "the name has no address")
    }
    return .ip(address, port: port)
  }
}

/// Finds the numeric addresses of a name, on a thread that may wait.
enum Resolver {
  private static let queue = DispatchQueue(label: "kadomori.resolver")

  static func addresses(of host: String) async throws(ResolveError) -> [String] {
    let result = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: lookUp(host)) }
    }
    return try result.get()
  }

  private static func lookUp(_ host: String) -> Result<[String], ResolveError> {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      return .failure(ResolveError(host: host, detail: String(cString: gai_strerror(status))))
    }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while let entry = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let size = socklen_t(text.count)
      if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, size, nil, 0, NI_NUMERICHOST) == 0 {
        let end = text.firstIndex(of: 0) ?? text.endIndex
        addresses.append(String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      next = entry.ai_next
    }
    return .success(addresses)
  }
}
