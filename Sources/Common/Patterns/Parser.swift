/// Reads a pattern; its position is in Unicode scalars.
struct Parser {
  let scalars: [Unicode.Scalar]
  var index = 0
  private(set) var groupCount = 0
  private var depth = 0

  init(_ source: String) {
    // One more than allowed is enough to see that it is too long.
    scalars = Array(source.unicodeScalars.prefix(PatternLimits.source + 1))
  }

  mutating func pattern(_ options: PatternOptions) throws(PatternError) -> Node {
    let node = try choice(options)
    guard index == scalars.count else { throw error(.misplaced) }
    return node
  }

  /// All alternatives up to the end of the group.
  private mutating func choice(_ options: PatternOptions) throws(PatternError) -> Node {
    try enter()
    defer { depth -= 1 }
    var alternatives = [try sequence(options)]
    while take("|") { alternatives.append(try sequence(options)) }
    return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
  }

  private mutating func sequence(_ options: PatternOptions) throws(PatternError) -> Node {
    var parts: [Node] = []
    while let scalar = peek, scalar != "|", scalar != ")" {
      let start = index
      switch try atom(options) {
      case .node(let node): parts.append(try repeated(node, from: start))
      case .options(let changed):
        // As in Ruby, changed flags reach over the following alternatives.
        parts.append(try choice(changed))
      }
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private enum Atom {
    case node(Node)
    case options(PatternOptions)
  }

  private mutating func atom(_ options: PatternOptions) throws(PatternError) -> Atom {
    guard let scalar = next() else { throw error(.unfinished) }
    switch scalar {
    case "(": return try group(options)
    case "[": return .node(.set(try bracket(options)))
    case ".": return .node(.set(options.contains(.dotMatchesNewline) ? .everything : .exceptNewline))
    case "^": return .node(.assertion(.lineStart))
    case "$": return .node(.assertion(.lineEnd))
    case "*", "+", "?": throw error(.misplaced, at: index - 1)
    case "\\":
      switch try escape(isInBracket: false) {
      case .scalar(let value): return .node(Self.literal(value, options))
      case .set(let set): return .node(.set(set))
      case .assertion(let assertion): return .node(.assertion(assertion))
      }
    default: return .node(Self.literal(scalar.value, options))
    }
  }

  private static func literal(_ scalar: UInt32, _ options: PatternOptions) -> Node {
    guard options.contains(.ignoringCase) else { return .scalar(scalar) }
    let set = ScalarSet([scalar...scalar]).foldingCase
    return set.ranges == [scalar...scalar] ? .scalar(scalar) : .set(set)
  }

  /// What follows an opening parenthesis.
  private mutating func group(_ options: PatternOptions) throws(PatternError) -> Atom {
    let start = index - 1
    guard take("?") else {
      groupCount += 1
      let number = groupCount
      let body = try choice(options)
      try close(from: start)
      return .node(.group(number, body))
    }
    if take("#") {
      while let scalar = next() { if scalar == ")" { return .node(.empty) } }
      throw error(.unfinished, at: start)
    }
    if let refused = Self.refused[peek ?? ")"] { throw error(.unsupported(refused), at: start) }
    let changed = try flags(options)
    if take(")") { return .options(changed) }
    guard take(":") else { throw error(.unfinished, at: start) }
    let body = try choice(changed)
    try close(from: start)
    return .node(body)
  }

  private static let refused: [Unicode.Scalar: String] = [
    "=": "look-ahead", "!": "look-ahead", "<": "look-behind or a named group", "P": "a named group",
    "'": "a named group", ">": "an atomic group", "(": "a condition", "~": "an absence",
    "|": "a branch reset",
  ]

  /// The letters up to a colon or parenthesis, as `im-s`.
  private mutating func flags(_ options: PatternOptions) throws(PatternError) -> PatternOptions {
    var changed = options
    var isOff = false
    while let scalar = peek, scalar != ":", scalar != ")" {
      let flag: PatternOptions
      switch scalar {
      case "-" where !isOff: (flag, isOff) = ([], true)
      case "i": flag = .ignoringCase
      case "m", "s": flag = .dotMatchesNewline
      default: throw error(.unsupported("the flag \(scalar)"))
      }
      index += 1
      if isOff { changed.subtract(flag) } else { changed.formUnion(flag) }
    }
    return changed
  }

  private mutating func close(from start: Int) throws(PatternError) {
    guard take(")") else { throw error(.unfinished, at: start) }
  }

  mutating func enter() throws(PatternError) {
    depth += 1
    guard depth <= PatternLimits.depth else { throw error(.tooDeep) }
  }

  mutating func leave() { depth -= 1 }
}

extension Parser {
  var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  mutating func next() -> Unicode.Scalar? {
    guard index < scalars.count else { return nil }
    index += 1
    return scalars[index - 1]
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    index += 1
    return true
  }

  func error(_ reason: PatternError.Reason, at position: Int? = nil) -> PatternError {
    PatternError(reason: reason, position: position ?? index)
  }
}
