/// A regular expression that is matched in time linear in its size and the text's.
///
/// It reads the syntax of Onigmo, Ruby's engine, as far as that is regular: groups, alternation, greedy and lazy
/// quantifiers, classes, escapes, anchors, inline flags. References back and looking around are refused. `^` and `$`
/// are the begin and the end of lines, and the flag `m` lets a dot match line ends.
package struct Pattern: Hashable, Sendable {
  package struct Options: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let ignoresCase = Options(rawValue: 1)
    package static let dotMatchesNewline = Options(rawValue: 2)
  }

  /// The longest pattern, in Unicode scalars.
  package static let lengthLimit = 4096

  package let source: String
  package let options: Options
  /// How many groups it captures.
  package let groups: Int
  /// Text that is in everything it matches, letter case folded; empty where there is none.
  let literal: [UInt32]

  /// Reads a pattern.
  package init(_ source: String, options: Options = []) throws(PatternError) {
    var parser = PatternParser(source, options)
    let node = try parser.parse()
    guard node.size <= Program.sizeLimit else { throw PatternError(0, .tooLarge) }
    self.source = source
    self.options = options
    groups = parser.groups
    literal = node.literal
  }

  /// The first match in a text.
  ///
  /// Most patterns are ruled out by their literal alone, without being compiled.
  package func firstMatch(in text: PatternText) -> PatternMatch? {
    guard literal.isEmpty || text.contains(folded: literal) else { return nil }
    var parser = PatternParser(source, options)
    guard let node = try? parser.parse() else { return nil }
    var machine = Machine(Program(node, groups: groups))
    return machine.firstMatch(in: text)
  }
}

/// A text to be matched against many patterns.
package struct PatternText: Sendable {
  /// What comes after so many Unicode scalars is not looked at.
  package static let limit = 65_536

  let scalars: [UInt32]
  let folded: [UInt32]

  package init(_ text: String) {
    self.init(scalars: text.unicodeScalars.prefix(Self.limit).map(\.value))
  }

  private init(scalars: [UInt32]) {
    self.scalars = scalars
    folded = scalars.map(Folding.folded)
  }

  /// Takes bytes as UTF-8, or, where they are none, each as the character of its number.
  package init(_ bytes: [UInt8]) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self.init(text)
    } else {
      self.init(scalars: bytes.prefix(Self.limit).map(UInt32.init))
    }
  }

  func contains(folded literal: [UInt32]) -> Bool { folded.firstRange(of: literal) != nil }

  /// The text between two places.
  package subscript(range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    for value in scalars[range] { text.append(Unicode.Scalar(value) ?? "\u{fffd}") }
    return String(text)
  }
}

/// Where a pattern matched.
package struct PatternMatch: Hashable, Sendable {
  /// The whole match, then each group; `nil` for a group that took no part.
  package let ranges: [Range<Int>?]
}

/// Why a pattern cannot be used.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case unexpectedEnd, unbalanced, nothingToRepeat, badRange, tooDeep, tooLarge, tooLong
    /// References back, looking around, conditions: what no linear engine can do.
    case notRegular
    case unknownEscape
  }

  /// The place in the pattern, in Unicode scalars from 0.
  package let position: Int
  package let reason: Reason

  init(_ position: Int, _ reason: Reason) {
    self.position = position
    self.reason = reason
  }

  package var description: String {
    let words =
      switch reason {
      case .unexpectedEnd: "ends too early"
      case .unbalanced: "has a parenthesis without its partner"
      case .nothingToRepeat: "repeats nothing"
      case .badRange: "has a range that runs backwards"
      case .tooDeep: "nests more than \(PatternParser.depthLimit) groups"
      case .tooLarge: "needs more than \(Program.sizeLimit) steps: write smaller counts"
      case .tooLong: "is longer than \(Pattern.lengthLimit) characters"
      case .notRegular: "looks around or back, which is not read here"
      case .unknownEscape: "has an escape that is not known"
      }
    return "the pattern \(words) (character \(position + 1))"
  }
}

/// Letters of either case as one (Unicode's simple lower-case mapping).
enum Folding {
  static func folded(_ value: UInt32) -> UInt32 {
    if value < 0x80 { return (0x41...0x5a).contains(value) ? value + 0x20 : value }
    guard let scalar = Unicode.Scalar(value) else { return value }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first?.value ?? value : value
  }
}
