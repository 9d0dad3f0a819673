extension PatternParser {
  /// Reads what follows a backslash outside of a class.
  mutating func escape() throws(PatternError) -> Node {
    switch next {
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    case "Z": return assertion(.lastLineEnd)
    case "1", "2", "3", "4", "5", "6", "7", "8", "9", "k", "g", "G", "K": throw fault(.notRegular)
    default: break
    }
    if let set = escapedSet() { return .set(set) }
    return literal(try escapedScalar())
  }

  private mutating func assertion(_ assertion: Node.Assertion) -> Node {
    place += 1
    return .assert(assertion)
  }

  private mutating func escapedSet() -> ScalarSet? {
    let set: ScalarSet
    switch next {
    case "d": set = .digit
    case "D": set = .digit.negated
    case "w": set = .word
    case "W": set = .word.negated
    case "s": set = .space
    case "S": set = .space.negated
    case "h": set = .hexadecimal
    case "H": set = .hexadecimal.negated
    default: return nil
    }
    place += 1
    return set
  }

  private mutating func escapedScalar() throws(PatternError) -> UInt32 {
    let scalar = try pop()
    switch scalar {
    case "n": return 0x0a
    case "r": return 0x0d
    case "t": return 0x09
    case "f": return 0x0c
    case "v": return 0x0b
    case "a": return 0x07
    case "e": return 0x1b
    case "0": return 0
    case "x":
      if take("{") {
        let value = digits(most: 6)
        guard let value, take("}") else { throw fault(.unknownEscape) }
        return value
      }
      guard let value = digits(most: 2) else { throw fault(.unknownEscape) }
      return value
    case "u":
      guard let value = digits(most: 4) else { throw fault(.unknownEscape) }
      return value
    default:
      // Letters that mean nothing are kept for what they may come to mean.
      if scalar.properties.isAlphabetic, scalar.isASCII {
        place -= 1
        throw fault(.unknownEscape)
      }
      return scalar.value
    }
  }

  private mutating func digits(most: Int) -> UInt32? {
    var value: UInt32?
    for _ in 0..<most {
      guard let scalar = next, let digit = Character(scalar).hexDigitValue else { break }
      value = (value ?? 0) << 4 | UInt32(digit)
      place += 1
    }
    return value
  }

  /// Reads a class up to its closing bracket.
  mutating func set() throws(PatternError) -> ScalarSet {
    var set = ScalarSet(ignoresCase: options.contains(.ignoresCase))
    set.isNegated = take("^")
    var isFirst = true
    while true {
      if next == "]", !isFirst {
        place += 1
        return set
      }
      isFirst = false
      if next == "[", let named = try posixSet() {
        set.inner.append(named)
        continue
      }
      if next == "&", place + 1 < text.count, text[place + 1] == "&" { throw fault(.notRegular) }
      guard let low = try member(of: &set) else { continue }
      guard next == "-", place + 1 < text.count, text[place + 1] != "]" else {
        set.ranges.append(low...low)
        continue
      }
      place += 1
      guard let high = try member(of: &set) else {
        // `a-\d` is three members, and the dash is one of them.
        set.ranges += [low...low, 0x2d...0x2d]
        continue
      }
      guard low <= high else { throw fault(.badRange) }
      set.ranges.append(low...high)
    }
  }

  /// One character of a class; `nil` when a whole class was added instead.
  private mutating func member(of set: inout ScalarSet) throws(PatternError) -> UInt32? {
    let scalar = try pop()
    guard scalar == "\\" else { return scalar.value }
    if let inner = escapedSet() {
      set.inner.append(inner)
      return nil
    }
    // Inside a class this is the backspace.
    if take("b") { return 0x08 }
    return try escapedScalar()
  }

  private mutating func posixSet() throws(PatternError) -> ScalarSet? {
    guard place + 1 < text.count, text[place + 1] == ":" else { return nil }
    let start = place
    place += 2
    let isNegated = take("^")
    let name = text[place...].prefix { $0 != ":" && $0 != "]" }
    place += name.count
    guard take(":"), take("]"), let set = ScalarSet.posix[String(String.UnicodeScalarView(name))] else {
      place = start
      return nil
    }
    return isNegated ? set.negated : set
  }
}
