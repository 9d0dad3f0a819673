extension Parser {
  enum Escape {
    case scalar(UInt32)
    case set(ScalarSet)
    case assertion(Assertion)
  }

  /// What follows a backslash.
  mutating func escape(isInBracket: Bool) throws(PatternError) -> Escape {
    let start = index - 1
    guard let scalar = next() else { throw error(.unfinished, at: start) }
    if let set = Self.set(scalar) { return .set(set) }
    if !isInBracket, let assertion = Self.assertion(scalar) { return .assertion(assertion) }
    switch scalar {
    case "t": return .scalar(0x09)
    case "n": return .scalar(0x0a)
    case "v": return .scalar(0x0b)
    case "f": return .scalar(0x0c)
    case "r": return .scalar(0x0d)
    case "a": return .scalar(0x07)
    case "e": return .scalar(0x1b)
    case "b": return .scalar(0x08)
    case "x": return .scalar(try code(atLeast: 1, atMost: 2, from: start))
    case "u": return .scalar(try code(atLeast: 4, atMost: 4, from: start))
    case "0": return .scalar(octal(after: 0))
    case "1"..."9":
      guard isInBracket, scalar < "8" else { throw error(.unsupported("a back-reference"), at: start) }
      return .scalar(octal(after: scalar.value - 0x30))
    case "a"..."z", "A"..."Z": throw error(.unsupported("the escape \\\(scalar)"), at: start)
    default: return .scalar(scalar.value)
    }
  }

  private static func set(_ scalar: Unicode.Scalar) -> ScalarSet? {
    switch scalar {
    case "d": .digits
    case "D": ScalarSet.digits.inverted
    case "w": .words
    case "W": ScalarSet.words.inverted
    case "s": .spaces
    case "S": ScalarSet.spaces.inverted
    case "h": .hexDigits
    case "H": ScalarSet.hexDigits.inverted
    default: nil
    }
  }

  private static func assertion(_ scalar: Unicode.Scalar) -> Assertion? {
    switch scalar {
    case "A": .textStart
    case "z": .textEnd
    case "Z": .lastLineEnd
    case "b": .wordBoundary
    case "B": .noWordBoundary
    default: nil
    }
  }

  /// Hexadecimal digits, of the given number or in braces.
  private mutating func code(atLeast least: Int, atMost most: Int, from start: Int) throws(PatternError)
    -> UInt32
  {
    let isBraced = take("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 6 : most), let digit = peek.flatMap(Self.hexDigit) {
      value = value << 4 | digit
      count += 1
      index += 1
    }
    guard count >= (isBraced ? 1 : least), !isBraced || take("}") else { throw error(.unfinished, at: start) }
    guard value <= ScalarSet.last else { throw error(.badRange, at: start) }
    return value
  }

  private static func hexDigit(_ scalar: Unicode.Scalar) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 0x30
    case "a"..."f": scalar.value - 0x61 + 10
    case "A"..."F": scalar.value - 0x41 + 10
    default: nil
    }
  }

  /// At most two more octal digits.
  private mutating func octal(after first: UInt32) -> UInt32 {
    var value = first
    for _ in 0..<2 {
      guard let scalar = peek, ("0"..."7").contains(scalar) else { break }
      value = value << 3 | (scalar.value - 0x30)
      index += 1
    }
    return value
  }
}
