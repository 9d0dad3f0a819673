extension Parser {
  /// What follows an opening bracket, up to and with the closing one.
  mutating func bracket(_ options: PatternOptions) throws(PatternError) -> ScalarSet {
    let start = index - 1
    try enter()
    defer { leave() }
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      guard let scalar = next() else { throw error(.unfinished, at: start) }
      if scalar == "]", !isFirst { break }
      isFirst = false
      switch scalar {
      case "[": ranges += try inner(options).ranges
      case "&" where peek == "&": throw error(.unsupported("an intersection"), at: index - 1)
      case "\\":
        switch try escape(isInBracket: true) {
        case .scalar(let value): ranges.append(try range(from: value))
        case .set(let set): ranges += set.ranges
        case .assertion: throw error(.misplaced)
        }
      default: ranges.append(try range(from: scalar.value))
      }
    }
    var set = ScalarSet(ranges)
    if options.contains(.ignoringCase) { set = set.foldingCase }
    return isInverted ? set.inverted : set
  }

  /// A named set or a bracket in the bracket, which is joined to it.
  private mutating func inner(_ options: PatternOptions) throws(PatternError) -> ScalarSet {
    guard peek == ":" else { return try bracket(options) }
    let start = index
    index += 1
    let isInverted = take("^")
    var name = ""
    while let scalar = peek, ("a"..."z").contains(scalar) {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard take(":"), take("]"), let set = ScalarSet.posix(name) else {
      // `[[:.]` is a bracket that happens to begin with a colon.
      index = start
      return try bracket(options)
    }
    return isInverted ? set.inverted : set
  }

  /// The range that begins with the scalar, or the scalar alone.
  private mutating func range(from first: UInt32) throws(PatternError) -> ClosedRange<UInt32> {
    let start = index
    guard take("-") else { return first...first }
    guard let scalar = peek, scalar != "]", scalar != "[" else {
      index = start
      return first...first
    }
    index += 1
    var last = scalar.value
    if scalar == "\\" {
      guard case .scalar(let value) = try escape(isInBracket: true) else {
        // In `[a-\d]` the hyphen stands for itself.
        index = start
        return first...first
      }
      last = value
    }
    guard first <= last else { throw error(.badRange, at: start) }
    return first...last
  }
}
