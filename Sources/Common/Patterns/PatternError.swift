/// Why a pattern cannot be used.
package struct PatternError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// A group, class or counter is not closed, or the pattern ends after a backslash.
    case unfinished
    /// A closing bracket, a quantifier or an escape stands where none can.
    case misplaced
    /// A counter or class whose end is before its start, or a number that is no scalar.
    case badRange
    /// Look-around, back-references and the like, which no linear-time matcher has.
    case unsupported(String)
    /// The pattern nests deeper than ``PatternLimits/depth``.
    case tooDeep
    /// The program would be larger than ``PatternLimits`` allow.
    case tooLarge
  }

  package let reason: Reason
  /// Where, in Unicode scalars from the start of the pattern.
  package let position: Int
}

extension PatternError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .unfinished: "unfinished at character \(position)"
    case .misplaced: "misplaced sign at character \(position)"
    case .badRange: "bad range at character \(position)"
    case .unsupported(let what): "\(what) is not supported (character \(position))"
    case .tooDeep: "nested too deep at character \(position)"
    case .tooLarge: "the pattern is too large once its counters are written out"
    }
  }
}

/// What a pattern may cost.
package enum PatternLimits {
  /// The longest pattern, in Unicode scalars.
  package static let source = 8192
  /// The deepest nesting of groups, quantifiers and classes.
  package static let depth = 48
  /// The highest number in a counter, as `{1,1000}`.
  package static let count = 1000
  /// The largest program, in instructions of 12 bytes.
  package static let program = 16_384
  /// The most capture slots that one matching may hold, instructions times two slots a group: 4 bytes each, twice.
  package static let slots = 131_072
}
