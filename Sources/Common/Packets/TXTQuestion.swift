/// The question for the texts of one name in DNS, and what an answer to it says (RFC 1035, section 4; RFC 6891).
package struct TXTQuestion: Hashable, Sendable {
  /// What an answer comes to.
  package enum Answer: Hashable, Sendable {
    /// The texts of the name, the pieces of each joined; none where it has none.
    case texts([[UInt8]])
    /// There is no such name.
    case noName
    /// It did not fit a datagram.
    case truncated
    /// The server does not know the extension by which larger answers are asked for: ask without it.
    case plainOnly
    /// The server cannot or does not want to say.
    case failed
  }

  /// The largest answer that is asked for: it passes every link of the Internet whole (DNS Flag Day 2020).
  package static let mostBytes = 1232
  /// Records of one answer that are read, texts that are kept, and aliases that are followed.
  package static let recordLimit = 32
  package static let textLimit = 4
  package static let aliasLimit = 8

  private static let (alias, text, options) = (5, 16, 41)

  private let labels: [[UInt8]]
  private let name: String
  package let identifier: UInt16
  /// Whether a larger answer than of 512 bytes is asked for.
  package let isExtended: Bool

  /// Asks for a name with dots; `nil` where no question can be made of it.
  ///
  /// The identifier should be one that nobody can guess.
  package init?(name: String, identifier: UInt16, isExtended: Bool = true) {
    guard let labels = Self.labels(of: name) else { return nil }
    self.labels = labels
    self.name = name.lowercased().hasSuffix(".") ? String(name.lowercased().dropLast()) : name.lowercased()
    self.identifier = identifier
    self.isExtended = isExtended
  }

  /// Letters, digits, hyphens and underscores in labels of 63 at most; 253 in all (RFC 1035, section 2.3.4).
  private static func labels(of name: String) -> [[UInt8]]? {
    let text = name.hasSuffix(".") ? name.dropLast() : name[...]
    guard (1...253).contains(text.utf8.count) else { return nil }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
    let isSound = labels.allSatisfy { label in
      (1...63).contains(label.count)
        && label.allSatisfy {
          (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == 0x2d || $0 == 0x5f
        }
    }
    return isSound ? labels : nil
  }

  /// Whether a question can be made of a name.
  package static func isName(_ text: String) -> Bool { labels(of: text) != nil }

  /// The question as it goes on the wire: one name, recursion wanted.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = [UInt8(identifier >> 8), UInt8(identifier & 0xff), 0x01, 0]
    bytes += [0, 1, 0, 0, 0, 0, 0, isExtended ? 1 : 0]
    for label in labels { bytes += [UInt8(label.count)] + label }
    bytes += [0, 0, UInt8(Self.text), 0, 1]
    guard isExtended else { return bytes }
    // The root's name, OPT, the largest answer, and nothing else (RFC 6891, section 6.1.2).
    return bytes + [0, 0, UInt8(Self.options)]
      + [UInt8(Self.mostBytes >> 8), UInt8(Self.mostBytes & 0xff), 0, 0, 0, 0, 0, 0]
  }

  /// Reads an answer; `nil` for what is none to this question, or is not sound.
  package func answer(in bytes: [UInt8]) -> Answer? {
    var reader = ByteReader(bytes)
    guard bytes.count <= Self.mostBytes, reader.big16() == Int(identifier), let flags = reader.big16(),
      flags & 0x8000 != 0, flags & 0x7800 == 0, let asked = reader.big16(), let count = reader.big16()
    else { return nil }
    let code = flags & 0x0f
    // Who did not understand the question may not repeat it.
    if (code == 1 || code == 4) && isExtended { return .plainOnly }
    guard asked == 1, let question = DNSPacket.name(in: bytes, at: 12), question.text == name else {
      return nil
    }
    var rest = ByteReader(bytes[min(question.next, bytes.count)...])
    guard rest.big16() == Self.text, rest.big16() == 1 else { return nil }
    if flags & 0x0200 != 0 { return .truncated }
    switch code {
    case 0: return records(in: bytes, at: question.next + 4, count: count)
    case 3: return .noName
    default: return .failed
    }
  }

  /// The texts of the name, or of the one that its aliases lead to.
  private func records(in bytes: [UInt8], at start: Int, count: Int) -> Answer? {
    var aliases: [String: String] = [:]
    var texts: [(name: String, text: [UInt8])] = []
    var place = start
    for _ in 0..<min(count, Self.recordLimit) {
      guard let name = DNSPacket.name(in: bytes, at: place), name.next <= bytes.count else { return nil }
      var reader = ByteReader(bytes[name.next...])
      guard let type = reader.big16(), let kind = reader.big16(), reader.skip(4), let length = reader.big16(),
        let data = reader.take(length)
      else { return nil }
      if kind == 1, type == Self.alias, let target = DNSPacket.name(in: bytes, at: data.startIndex) {
        aliases[name.text] = target.text
      } else if kind == 1, type == Self.text, let text = Self.joined(data) {
        texts.append((name.text, text))
      }
      place = data.endIndex
    }
    var owner = name
    for _ in 0..<Self.aliasLimit {
      guard let next = aliases[owner] else { break }
      owner = next
    }
    return .texts(Array(texts.filter { $0.name == owner }.map(\.text).prefix(Self.textLimit)))
  }

  /// The pieces of a text, each behind its length (RFC 1035, section 3.3.14); `nil` where they do not fill the data.
  private static func joined(_ data: ArraySlice<UInt8>) -> [UInt8]? {
    var reader = ByteReader(data)
    var text: [UInt8] = []
    while let length = reader.u8() {
      guard let piece = reader.take(length) else { return nil }
      text += piece
    }
    return text
  }
}
