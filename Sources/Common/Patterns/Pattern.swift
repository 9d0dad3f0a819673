/// What a pattern does differently throughout.
package struct PatternOptions: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Letters match in either case.
  package static let ignoringCase = PatternOptions(rawValue: 1)
  /// A dot matches a newline too.
  package static let dotMatchesNewline = PatternOptions(rawValue: 2)
}

/// A regular expression in Ruby's notation that is matched in linear time.
///
/// It has groups, choices, greedy, lazy and counted repetition, classes, `\d \w \s \h \b`, anchors, and the
/// flags `i`, `m` and `s`, the last two of which both let a dot match a newline. As in Ruby, `^` and `$` match
/// at every line, and the classes hold ASCII alone. Look-around, back-references, atomic, possessive and named
/// groups are refused.
///
/// The text is bytes, read as UTF-8. A byte that is no UTF-8 counts as the scalar of the same number, so
/// that `\xff` finds it.
package struct Pattern: Sendable {
  let program: Program
  /// How many groups capture; the whole match is not counted.
  package var groupCount: Int { program.slotCount / 2 - 1 }

  /// Compiles the pattern, at most ``PatternLimits/program`` instructions.
  package init(_ source: String, options: PatternOptions = []) throws(PatternError) {
    self.init(try PatternOutline(source, options: options))
  }

  package init(_ outline: PatternOutline) {
    program = Program(outline.root, groupCount: outline.groupCount)
  }

  /// The leftmost match, with the preferences of a backtracking matcher.
  ///
  /// One thing differs: in a loop over alternatives of which one may be empty, as `(?:a|\b|b)*`, the empty one
  /// does not end the loop before the later ones were tried.
  package func firstMatch(in text: [UInt8]) -> PatternMatch? {
    var steps = 0
    return firstMatch(in: text, steps: &steps)
  }

  /// Adds to `steps` each time that an instruction is visited: at most four times the size of the program
  /// for each scalar of the text and once more.
  func firstMatch(in text: [UInt8], steps: inout Int) -> PatternMatch? {
    guard text.count < Int32.max else { return nil }
    var machine = Machine(program)
    let slots = machine.run(on: text)
    steps += machine.steps
    return slots.map(PatternMatch.init)
  }
}

/// Where a pattern and its groups matched.
package struct PatternMatch: Hashable, Sendable {
  private let slots: [Int32]

  init(slots: [Int32]) { self.slots = slots }

  /// The bytes of a group, 0 being the whole match; `nil` where the group took no part or does not exist.
  package subscript(group: Int) -> Range<Int>? {
    guard group >= 0, group < slots.count / 2 else { return nil }
    let start = Int(slots[group * 2])
    let end = Int(slots[group * 2 + 1])
    return start < 0 || end < start ? nil : start..<end
  }
}
