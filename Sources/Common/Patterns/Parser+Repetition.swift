extension Parser {
  /// The node with the quantifiers that follow it.
  mutating func repeated(_ atom: Node, from start: Int) throws(PatternError) -> Node {
    var node = atom
    var stacked = 0
    defer { for _ in 0..<stacked { leave() } }
    while let (min, max, isCounter) = try quantifier() {
      try enter()
      stacked += 1
      var isLazy = false
      if isCounter, min == max, peek == "?" {
        // In Ruby `a{2}?` is `(?:a{2})?`, which the next round reads.
      } else if take("?") {
        isLazy = true
      } else if !isCounter, peek == "+" {
        throw error(.unsupported("a possessive quantifier"))
      }
      node = .repeated(node, min: min, max: max, isLazy: isLazy)
      guard node.size <= PatternLimits.program else { throw error(.tooLarge, at: start) }
    }
    return node
  }

  /// The next quantifier, if one follows.
  private mutating func quantifier() throws(PatternError) -> (min: Int, max: Int?, isCounter: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    return try counter().map { ($0.min, $0.max, true) }
  }

  /// A counter; a brace that begins none stands for itself.
  private mutating func counter() throws(PatternError) -> (min: Int, max: Int?)? {
    let start = index
    guard take("{") else { return nil }
    let min = try number()
    var max = min
    if take(",") { max = try number() } else if min == nil { index = start }
    guard index > start, take("}"), min != nil || max != nil else {
      index = start
      return nil
    }
    if let min, let max, min > max { throw error(.badRange, at: start) }
    return (min ?? 0, max)
  }

  private mutating func number() throws(PatternError) -> Int? {
    var value: Int?
    while let scalar = peek, ("0"..."9").contains(scalar) {
      value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
      if let value, value > PatternLimits.count { throw error(.tooLarge) }
      index += 1
    }
    return value
  }
}
