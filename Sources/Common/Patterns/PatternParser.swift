/// Reads the text of a pattern.
struct PatternParser {
  static let depthLimit = 64
  /// Counts above this are refused.
  static let countLimit = 1000

  let text: [Unicode.Scalar]
  var place = 0
  var groups = 0
  var options: Pattern.Options
  private var depth = 0

  init(_ source: String, _ options: Pattern.Options) {
    text = Array(source.unicodeScalars)
    self.options = options
  }

  mutating func parse() throws(PatternError) -> Node {
    guard text.count <= Pattern.lengthLimit else { throw PatternError(Pattern.lengthLimit, .tooLong) }
    let node = try choice()
    guard place == text.count else { throw fault(.unbalanced) }
    return node
  }

  func fault(_ reason: PatternError.Reason) -> PatternError { PatternError(place, reason) }
  var next: Unicode.Scalar? { place < text.count ? text[place] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  mutating func pop() throws(PatternError) -> Unicode.Scalar {
    guard let scalar = next else { throw fault(.unexpectedEnd) }
    place += 1
    return scalar
  }

  private mutating func choice() throws(PatternError) -> Node {
    // Flags that are set inside hold to the end of the group that holds them.
    let outer = options
    defer { options = outer }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws(PatternError) -> Node {
    var parts: [Node] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let node = try atom()
      parts.append(try quantified(node))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func quantified(_ node: Node) throws(PatternError) -> Node {
    var node = node
    while let scalar = next {
      var least = 0
      var most: Int?
      switch scalar {
      case "*": place += 1
      case "+":
        place += 1
        least = 1
      case "?":
        place += 1
        most = 1
      case "{":
        guard let count = try counts() else { return node }
        (least, most) = count
      default: return node
      }
      if case .assert = node { throw fault(.nothingToRepeat) }
      let isGreedy = !take("?")
      node = .repeated(node, least: least, most: most, isGreedy: isGreedy)
    }
    return node
  }

  /// Reads `{2}`, `{2,}`, `{,5}` or `{2,5}`; `nil` where the brace is only a brace.
  private mutating func counts() throws(PatternError) -> (Int, Int?)? {
    let start = place
    place += 1
    func number(_ parser: inout PatternParser) -> Int? {
      let digits = parser.text[parser.place...].prefix { ("0"..."9").contains($0) }
      parser.place += digits.count
      return digits.isEmpty ? nil : Int(String(String.UnicodeScalarView(digits))) ?? Int.max
    }
    let least = number(&self)
    var most = least
    if take(",") {
      most = number(&self)
    } else if least == nil {
      place = start
      return nil
    }
    guard take("}"), least != nil || most != nil else {
      place = start
      return nil
    }
    guard max(least ?? 0, most ?? 0) <= Self.countLimit else { throw fault(.tooLarge) }
    if let most, most < least ?? 0 { throw fault(.badRange) }
    return (least ?? 0, most)
  }

  private mutating func atom() throws(PatternError) -> Node {
    let start = place
    let scalar = try pop()
    switch scalar {
    case "(": return try group()
    case "[": return .set(try set())
    case ".":
      return options.contains(.dotMatchesNewline)
        ? .any : .set(ScalarSet(ranges: [0x0a...0x0a], isNegated: true))
    case "^": return .assert(.lineStart)
    case "$": return .assert(.lineEnd)
    case "\\": return try escape()
    case "*", "+", "?":
      place = start
      throw fault(.nothingToRepeat)
    case "{":
      // A count with nothing before it.
      place = start
      if try counts() != nil { throw fault(.nothingToRepeat) }
      place = start + 1
      return literal(scalar.value)
    default: return literal(scalar.value)
    }
  }

  func literal(_ value: UInt32) -> Node {
    guard options.contains(.ignoresCase) else { return .scalar(value) }
    return .folded(Folding.folded(value))
  }

  private mutating func group() throws(PatternError) -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fault(.tooDeep) }
    guard take("?") else { return try captured() }
    if take("<") {
      guard next != "=", next != "!" else { throw fault(.notRegular) }
      while try pop() != ">" {}
      return try captured()
    }
    if take("#") {
      while try pop() != ")" {}
      return .empty
    }
    var flags = options
    var isOn = true
    while true {
      switch try pop() {
      case ":":
        let outer = options
        options = flags
        let inner = try choice()
        options = outer
        guard take(")") else { throw fault(.unbalanced) }
        return inner
      case ")":
        // Holds for the rest of the group around it.
        options = flags
        return .empty
      case "-": isOn = false
      case "i": flags = isOn ? flags.union(.ignoresCase) : flags.subtracting(.ignoresCase)
      case "m", "s": flags = isOn ? flags.union(.dotMatchesNewline) : flags.subtracting(.dotMatchesNewline)
      default:
        place -= 1
        throw fault(.notRegular)
      }
    }
  }

  private mutating func captured() throws(PatternError) -> Node {
    groups += 1
    let number = groups
    let inner = try choice()
    guard take(")") else { throw fault(.unbalanced) }
    return .group(inner, number)
  }
}
