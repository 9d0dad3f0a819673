import Addresses
import Cryptography
import Foundation
import Glibc
import LinuxIO

/// Why a connection cannot be used.
struct WireError: Error, CustomStringConvertible {
  var description: String
}

/// One connection over TCP that waits, each time no longer than until its end; with TLS from the moment it is asked for.
final class WireConnection {
  /// How long everything on one connection may take.
  static let patience: Duration = .seconds(60)

  private let descriptor: CInt
  private let end = Clocks.sinceBoot + WireConnection.patience
  private var stream: TLSStream?
  private var input: [UInt8] = []

  init(host: String, port: UInt16) throws(WireError) {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0, let list else {
      throw WireError(description: "\(host): \(String(cString: gai_strerror(status)))")
    }
    defer { freeaddrinfo(list) }
    var problem = "no address"
    var entry: UnsafeMutablePointer<addrinfo>? = list
    while let address = entry?.pointee {
      let number = socket(address.ai_family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      if number >= 0 {
        // Also what connects and writes waits no longer than that.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if connect(number, address.ai_addr, address.ai_addrlen) == 0 {
          descriptor = number
          return
        }
        problem = errno == EINPROGRESS ? "no answer" : String(cString: strerror(errno))
        close(number)
      }
      entry = address.ai_next
    }
    throw WireError(description: "\(host):\(port): \(problem)")
  }

  deinit { close(descriptor) }

  var isSecured: Bool { stream != nil }

  /// Goes on with TLS, once the server has proved that it is `name`.
  func secure(_ trust: TLSTrust, name: String) throws(WireError) {
    // Bytes that came before are not of the secured stream, and would be taken for it.
    guard input.isEmpty else { throw WireError(description: "the server said something before TLS began") }
    let stream: TLSStream
    do { stream = try TLSStream.client(trust, serverName: name, toleratesEarly: false) } catch {
      throw WireError(description: "\(error)")
    }
    var outcome = stream.receive([])
    while true {
      try write(outcome.toSend)
      if let refusal = stream.refusal {
        throw WireError(description: "the server is not believed: \(refusal)")
      }
      if let failure = outcome.failure { throw WireError(description: "TLS: \(failure)") }
      if stream.isSecured { break }
      outcome = stream.receive(try read())
    }
    input += outcome.plaintext
    self.stream = stream
  }

  func send(_ bytes: [UInt8]) throws(WireError) {
    try write(stream.map { $0.encrypt(bytes) } ?? bytes)
  }

  /// More bytes of the other side; empty where it has ended.
  func receive() throws(WireError) -> [UInt8] {
    if !input.isEmpty {
      defer { input = [] }
      return input
    }
    guard let stream else { return try read() }
    while true {
      let bytes = try read()
      if bytes.isEmpty { return [] }
      let outcome = stream.receive(bytes)
      try write(outcome.toSend)
      if !outcome.plaintext.isEmpty { return outcome.plaintext }
      if outcome.isClosed { return [] }
    }
  }

  private func write(_ bytes: [UInt8]) throws(WireError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, CInt(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw WireError(description: String(cString: strerror(errno))) }
      done += count
    }
  }

  private func read() throws(WireError) -> [UInt8] {
    while true {
      let left = (end - Clocks.sinceBoot) / .milliseconds(1)
      guard left > 0 else { throw WireError(description: "no answer within a minute") }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, CInt(left)) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 16_384)
      let count = Glibc.recv(descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw WireError(description: String(cString: strerror(errno))) }
      return Array(buffer.prefix(count))
    }
  }
}
