package import Posture

/// The head of an HTTP/1 or RTSP answer, and the start of its body (RFC 9112, RFC 7826).
package struct HTTPAnswer: Hashable, Sendable {
  /// `HTTP`, `RTSP`, `SIP` or `ICY`.
  package let family: String
  package let status: Int
  /// At most 128 of them, names in lower case.
  package let fields: [(name: String, value: String)]
  package let body: [UInt8]

  /// Reads an answer whose head is complete, or all there will be; `nil` when it is none of these.
  package init?(_ bytes: [UInt8], ended: Bool) {
    guard let head = Self.head(bytes) ?? (ended ? (bytes.count, bytes.count) : nil) else { return nil }
    let lines = bytes[..<head.end].split(separator: 0x0a, maxSplits: 128, omittingEmptySubsequences: false)
    guard let first = lines.first else { return nil }
    let words = first.split(separator: 0x20, maxSplits: 2).map { String(decoding: $0, as: UTF8.self) }
    guard words.count >= 2, let status = Int(words[1].prefix(3)), (100...999).contains(status) else {
      return nil
    }
    let family = String(words[0].prefix { $0 != "/" })
    guard ["HTTP", "RTSP", "SIP", "ICY"].contains(family) else { return nil }
    self.family = family
    self.status = status
    self.fields = lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: 0x3a) else { return nil }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      return (name, Text.line(line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }))
    }
    self.body = Array(bytes[head.next...])
  }

  private static func head(_ bytes: [UInt8]) -> (end: Int, next: Int)? {
    var index = 0
    while let newline = bytes[index...].firstIndex(of: 0x0a) {
      if bytes[(newline + 1)...].first == 0x0a { return (newline, newline + 2) }
      if bytes[(newline + 1)...].starts(with: [0x0d, 0x0a]) { return (newline, newline + 3) }
      index = newline + 1
    }
    return nil
  }

  package func field(_ name: String) -> String? {
    fields.first { $0.name == name && !$0.value.isEmpty }?.value
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.family == right.family && left.status == right.status && left.body == right.body
      && left.fields.elementsEqual(right.fields) { $0 == $1 }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(family)
    hasher.combine(status)
    hasher.combine(body)
  }

  /// What the answer says of the service, in the closed list of facts.
  package var facts: [ServiceFact: String] {
    var facts: [ServiceFact: String] = [.status: String(status)]
    facts[.server] = field("server") ?? field("user-agent")
    facts[.location] = field("location")
    facts[.realm] = realm
    facts[.title] = title
    return facts
  }

  /// The realm of the first authentication challenge (RFC 9110, section 11.6.1).
  private var realm: String? {
    guard let challenge = field("www-authenticate"), let start = challenge.range(ofFirst: "realm=") else {
      return nil
    }
    let rest = challenge[start...]
    let value = rest.first == "\"" ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != "," }
    return value.isEmpty ? nil : String(value)
  }

  /// The text of the first `title` element.
  private var title: String? {
    let lowered = body.map(\.lowercasedASCII)
    guard let open = lowered.firstRange(of: Array("<title".utf8)),
      let close = lowered[open.upperBound...].firstIndex(of: 0x3e),
      let end = lowered[close...].firstRange(of: Array("</title".utf8))
    else { return nil }
    let text = Text.clean(body[(close + 1)..<end.lowerBound])
    return text.isEmpty ? nil : text
  }

  /// Whether the title, if there will be one, has been received.
  package var hasWholeTitle: Bool { title != nil || body.count > 16_384 || isWhole }

  /// Whether as much of the body is here as the head promised.
  var isWhole: Bool { field("content-length").flatMap { Int($0) }.map { body.count >= $0 } ?? false }
}

extension String {
  /// The index behind the first occurrence of an ASCII `text`, letter case ignored.
  func range(ofFirst text: String) -> String.Index? {
    let wanted = Array(text.utf8.map(\.lowercasedASCII))
    let lowered = utf8.map(\.lowercasedASCII)
    guard let found = lowered.firstRange(of: wanted) else { return nil }
    return utf8.index(utf8.startIndex, offsetBy: found.upperBound)
  }
}

extension UInt8 {
  /// The lower-case letter of an ASCII capital; any other byte is itself.
  var lowercasedASCII: UInt8 { (0x41...0x5a).contains(self) ? self + 0x20 : self }
}
