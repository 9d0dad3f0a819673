/// A message of a first line and headers: HTTP, SSDP (RFC 9112, section 2.1; UPnP Device Architecture 2.0, section 1.1).
package struct HeaderMessage: Hashable, Sendable {
  /// The first line.
  package var start: String
  /// By name in lower case; the first of a name counts.
  package var headers: [String: String]

  /// How many headers are read.
  package static let limit = 40
  /// How many bytes are looked at.
  package static let sizeLimit = 2048

  /// Reads a message as far as it was recorded; `nil` unless its first line is text with `HTTP/1.`.
  package init?(_ bytes: ArraySlice<UInt8>) {
    let head = bytes.prefix(Self.sizeLimit)
    guard let first = head.first, (0x41...0x5a).contains(first) else { return nil }
    let lines = head.split(separator: 0x0a, maxSplits: Self.limit + 1).map { line in
      line.last == 0x0d ? line.dropLast() : line
    }
    guard let line = lines.first, line.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return nil }
    start = String(decoding: line, as: UTF8.self)
    guard start.contains("HTTP/1.") else { return nil }
    headers = [:]
    for line in lines.dropFirst().prefix(Self.limit) {
      guard let colon = line.firstIndex(of: 0x3a) else { break }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
      headers[name] = headers[name] ?? String(decoding: value, as: UTF8.self)
    }
  }
}
