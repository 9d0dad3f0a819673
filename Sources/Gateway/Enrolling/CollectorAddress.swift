/// Where a collector takes enrolments: a name or a numeric address, and a port.
package struct CollectorAddress: Hashable, Sendable, Codable {
  package var host: String
  package var port: UInt16

  /// Chosen by us; RFC 6335 leaves the number to everybody.
  package static let standardPort: UInt16 = 8443

  package init(host: String, port: UInt16 = Self.standardPort) {
    self.host = host
    self.port = port
  }
}

extension CollectorAddress: LosslessStringConvertible {
  /// Reads `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`, or an IPv6 address alone; a scheme `https://` is passed over.
  package init?(_ text: String) {
    var rest = text.hasPrefix("https://") ? text.dropFirst(8) : text[...]
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    var port = Substring("\(Self.standardPort)")
    if rest.hasPrefix("[") {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      let after = rest[rest.index(after: end)...]
      if !after.isEmpty {
        guard after.hasPrefix(":") else { return nil }
        port = after.dropFirst()
      }
      rest = rest[..<end].dropFirst()
    } else if rest.utf8.count(where: { $0 == 0x3a }) == 1, let colon = rest.firstIndex(of: ":") {
      port = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    // Letters, digits, hyphens, dots (RFC 1123, section 2.1), and the colons of IPv6.
    guard (1...253).contains(rest.utf8.count),
      rest.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || [0x2d, 0x2e, 0x3a].contains($0)
      }), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0
    else { return nil }
    self.init(host: String(rest), port: number)
  }

  package var description: String { host.utf8.contains(0x3a) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
