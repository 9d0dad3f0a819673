/// One or more patterns that a text is compared with; it matches if one of them does.
///
/// Time is linear in the text and the patterns; there are no regular expressions.
package struct TextMatch: Hashable, Sendable {
  package enum Shape: String, Hashable, Sendable, CaseIterable {
    case equals, contains
    case startsWith = "starts_with"
    /// `*` stands for any text, also an empty one; nothing else is special.
    case glob
  }

  /// Only the beginning of a longer text is looked at, in UTF-8 bytes.
  package static let textLimit = 8192

  package let shape: Shape
  package let patterns: [String]
  package let ignoresCase: Bool
  /// For each pattern the pieces between its stars, folded.
  private let pieces: [[[UInt8]]]

  package init(_ shape: Shape, _ patterns: [String], ignoresCase: Bool = false) {
    self.shape = shape
    self.patterns = patterns
    self.ignoresCase = ignoresCase
    self.pieces = patterns.map { pattern in
      let bytes = Self.fold(pattern, ignoresCase)
      guard shape == .glob else { return [bytes] }
      return bytes.split(separator: 0x2a, omittingEmptySubsequences: false).map { Array($0) }
    }
  }

  package func matches(_ text: String) -> Bool {
    let bytes = Array(Self.fold(text, ignoresCase).prefix(Self.textLimit))
    return pieces.contains { pieces in
      switch shape {
      case .equals: bytes == pieces[0]
      case .contains: Self.find(pieces[0], in: bytes, from: 0) != nil
      case .startsWith: bytes.starts(with: pieces[0])
      case .glob: Self.matches(pieces, bytes)
      }
    }
  }

  private static func fold(_ text: String, _ ignoresCase: Bool) -> [UInt8] {
    Array(ignoresCase ? text.lowercased().utf8 : text.utf8)
  }

  /// Takes the leftmost place for every piece in turn; what is found leftmost leaves most for the rest.
  private static func matches(_ pieces: [[UInt8]], _ text: [UInt8]) -> Bool {
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
      return text == pieces.first
    }
    guard text.starts(with: first) else { return false }
    var place = first.count
    for piece in pieces.dropFirst().dropLast() {
      guard let found = find(piece, in: text, from: place) else { return false }
      place = found + piece.count
    }
    return text.count - place >= last.count && text.suffix(last.count).elementsEqual(last)
  }

  /// Finds `needle` in one pass (Knuth, Morris and Pratt, 1977).
  private static func find(_ needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard !needle.isEmpty else { return start }
    var borders = [0]
    var border = 0
    for byte in needle.dropFirst() {
      while border > 0, needle[border] != byte { border = borders[border - 1] }
      if needle[border] == byte { border += 1 }
      borders.append(border)
    }
    var matched = 0
    for index in start..<max(start, text.count) {
      while matched > 0, needle[matched] != text[index] { matched = borders[matched - 1] }
      if needle[matched] == text[index] { matched += 1 }
      if matched == needle.count { return index + 1 - matched }
    }
    return nil
  }
}
