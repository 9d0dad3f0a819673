/// Reads scalars out of bytes.
enum Scalars {
  /// The scalar at the position and its length in bytes; `nil` and 0 at the end.
  ///
  /// UTF-8 (RFC 3629, section 4); a byte that is none counts as the scalar of its number.
  @inline(__always)
  static func next(in text: [UInt8], at position: Int) -> (scalar: UInt32?, length: Int) {
    guard position < text.count else { return (nil, 0) }
    let first = text[position]
    return first < 0x80 ? (UInt32(first), 1) : long(in: text, at: position)
  }

  private static func long(in text: [UInt8], at position: Int) -> (scalar: UInt32?, length: Int) {
    let first = text[position]
    let length: Int
    var scalar: UInt32
    switch first {
    case 0xc2...0xdf: (length, scalar) = (2, UInt32(first & 0x1f))
    case 0xe0...0xef: (length, scalar) = (3, UInt32(first & 0x0f))
    case 0xf0...0xf4: (length, scalar) = (4, UInt32(first & 0x07))
    default: return (UInt32(first), 1)
    }
    guard position + length <= text.count else { return (UInt32(first), 1) }
    for byte in text[(position + 1)..<(position + length)] {
      guard byte & 0xc0 == 0x80 else { return (UInt32(first), 1) }
      scalar = scalar << 6 | UInt32(byte & 0x3f)
    }
    // Too long a form, a surrogate, or beyond the last scalar.
    let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard scalar >= least, Unicode.Scalar(scalar) != nil else { return (UInt32(first), 1) }
    return (scalar, length)
  }
}

extension Assertion {
  /// Whether it holds between the byte at the position and the one before.
  func holds(in text: [UInt8], at position: Int) -> Bool {
    let isStart = position == 0
    let isEnd = position == text.count
    switch self {
    case .textStart: return isStart
    case .textEnd: return isEnd
    case .lineStart: return isStart || text[position - 1] == 0x0a && !isEnd
    case .lineEnd: return isEnd || text[position] == 0x0a
    case .lastLineEnd: return isEnd || text[position] == 0x0a && position == text.count - 1
    case .wordBoundary, .noWordBoundary:
      let before = !isStart && ScalarSet.words.contains(UInt32(text[position - 1]))
      let behind = !isEnd && ScalarSet.words.contains(UInt32(text[position]))
      return (before != behind) == (self == .wordBoundary)
    }
  }
}
