import Foundation
import Glibc
import LinuxIO

/// One connection to a dashboard, kept over many requests.
final class PageClient {
  private let port: UInt16
  private var socket: CInt = -1
  private var asked = 0

  init(port: UInt16) {
    self.port = port
  }

  deinit { if socket >= 0 { close(socket) } }

  struct Answer {
    var status: Int
    var text: String
  }

  /// Asks for a page with a cookie, and reads all of the answer.
  ///
  /// Each request seems to come from somebody else, as through a proxy: the limit of one address is not what is measured.
  func get(_ path: String, cookie: String) throws -> Answer {
    if socket < 0 { try connect() }
    asked += 1
    let source = "10.\(asked >> 16 & 255).\(asked >> 8 & 255).\(asked & 255)"
    let request = """
      GET \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\nX-Forwarded-For: \(source)\r\n\r\n
      """
    guard request.withCString({ send(socket, $0, strlen($0), 0) }) == request.utf8.count else {
      throw SystemError(errno, "send", "the dashboard")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var end: Int?
    while end.map({ bytes.count < $0 }) ?? true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { throw SystemError(errno, "recv", "the dashboard") }
      bytes += buffer[..<count]
      if end == nil, let head = Self.head(bytes) { end = head }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return Answer(status: Int(text.dropFirst(9).prefix(3)) ?? 0, text: text)
  }

  /// How long an answer is, with its head, once that is there.
  private static func head(_ bytes: [UInt8]) -> Int? {
    guard let blank = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self)
    let name = "Content-Length: "
    guard let start = head.range(of: name),
      let length = Int(head[start.upperBound...].prefix { $0.isNumber })
    else { return nil }
    return blank.upperBound + length
  }

  private func connect() throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw SystemError(errno, "connect", "the dashboard") }
    var one: CInt = 1
    setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
  }
}
