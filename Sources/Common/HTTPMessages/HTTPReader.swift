/// Collects the bytes of one message.
package struct HTTPReader: Sendable {
  /// The longest head, in bytes.
  package static let headLimit = 8192
  /// The longest body, in bytes: a certification request has less than two thousand.
  package static let bodyLimit = 65_536

  package enum Outcome: Hashable, Sendable {
    case needsMore
    case message(HTTPMessage)
    case fault(HTTPFault)
  }

  private var bytes: [UInt8] = []
  private var head: HTTPMessage?
  private var length = 0
  private let most: Int

  /// Creates a reader of bodies up to so many bytes.
  package init(bodyLimit: Int = Self.bodyLimit) {
    most = bodyLimit
  }

  /// Takes more bytes; what follows the message is passed over.
  package mutating func take(_ more: some Collection<UInt8>) -> Outcome {
    bytes += more
    if head == nil {
      guard let end = endOfHead else { return bytes.count > Self.headLimit ? .fault(.tooLarge) : .needsMore }
      guard end <= Self.headLimit else { return .fault(.tooLarge) }
      do throws(HTTPFault) { try readHead(bytes[..<end]) } catch { return .fault(error) }
      bytes.removeFirst(end)
    }
    guard var message = head else { return .fault(.malformed) }
    guard bytes.count >= length else { return .needsMore }
    message.body = Array(bytes.prefix(length))
    return .message(message)
  }

  /// What came after the message; valid once there was one.
  package var rest: [UInt8] { Array(bytes.dropFirst(length)) }

  /// Where the empty line ends.
  private var endOfHead: Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count where bytes[index] == 0x0a {
      if bytes[index - 1] == 0x0d, bytes[index - 2] == 0x0a, bytes[index - 3] == 0x0d { return index + 1 }
    }
    return nil
  }

  private mutating func readHead(_ bytes: ArraySlice<UInt8>) throws(HTTPFault) {
    guard bytes.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a || $0 == 0x09 }) else {
      throw .malformed
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    guard let start = lines.first else { throw .malformed }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, !line.hasPrefix(" ") else {
        throw .malformed
      }
      let name = line[..<colon].lowercased()
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      // Two lengths that differ are how requests are smuggled (RFC 9112, section 6.3).
      if name == "content-length", let other = headers[name], other != value { throw .malformed }
      // Of two hosts nobody knows which one is meant (RFC 9112, section 3.2).
      if name == "host", headers[name] != nil { throw .malformed }
      headers[name] = String(value)
    }
    guard headers["transfer-encoding"] == nil else { throw .malformed }
    if let text = headers["content-length"] {
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 12,
        let number = Int(text)
      else { throw .malformed }
      guard number <= most else { throw .tooLarge }
      length = number
    }
    head = HTTPMessage(start: String(start), headers: headers, body: [])
  }
}

/// Why bytes are no message.
package enum HTTPFault: Error, Hashable, Sendable {
  case malformed
  /// The head or the body is longer than the limit.
  case tooLarge
}
