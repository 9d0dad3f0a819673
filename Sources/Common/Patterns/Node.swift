/// A part of a pattern.
indirect enum Node: Hashable, Sendable {
  enum Assertion: Hashable, Sendable {
    case lineStart, lineEnd, textStart, textEnd
    /// The end, or before a line end that is the end.
    case lastLineEnd
    case wordBoundary, noWordBoundary
  }

  case empty
  case scalar(UInt32)
  /// A letter of either case, folded.
  case folded(UInt32)
  case set(ScalarSet)
  case any
  case assert(Assertion)
  case group(Node, Int)
  case sequence([Node])
  case choice([Node])
  case repeated(Node, least: Int, most: Int?, isGreedy: Bool)

  /// How many instructions it takes, no more than a little over ``Program/sizeLimit``.
  var size: Int {
    func capped(_ value: Int) -> Int { min(value, Program.sizeLimit + 1) }
    switch self {
    case .empty: return 0
    case .scalar, .folded, .set, .any, .assert: return 1
    case .group(let inner, _): return capped(inner.size + 2)
    case .sequence(let parts): return parts.reduce(0) { capped($0 + $1.size) }
    case .choice(let parts): return parts.reduce(0) { capped($0 + $1.size + 2) }
    case .repeated(let inner, let least, let most, _):
      let copies = most ?? least + 1
      return capped((inner.size + 2) * min(max(1, copies), Program.sizeLimit))
    }
  }

  /// The longest text that is surely in every match, folded.
  var literal: [UInt32] { certain.best }

  private var certain: (exact: [UInt32]?, best: [UInt32]) {
    switch self {
    case .empty, .assert: return ([], [])
    case .scalar(let value):
      let folded = Folding.folded(value)
      return ([folded], [folded])
    case .folded(let value): return ([value], [value])
    case .set, .any, .choice: return (nil, [])
    case .group(let inner, _): return inner.certain
    case .repeated(let inner, let least, let most, _):
      guard least > 0 else { return (nil, []) }
      let certain = inner.certain
      return least == 1 && most == 1 ? certain : (nil, certain.best)
    case .sequence(let parts):
      var best: [UInt32] = []
      var run: [UInt32] = []
      var isExact = true
      for part in parts {
        let certain = part.certain
        if let exact = certain.exact {
          run += exact
        } else {
          isExact = false
          if run.count > best.count { best = run }
          run = []
        }
        if certain.best.count > best.count { best = certain.best }
      }
      if run.count > best.count { best = run }
      return (isExact ? run : nil, best)
    }
  }
}

/// A class of characters.
struct ScalarSet: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  /// Classes inside the class that are negated by themselves.
  var inner: [ScalarSet] = []
  var isNegated = false
  var ignoresCase = false

  func contains(_ value: UInt32) -> Bool {
    if has(value) { return !isNegated }
    if ignoresCase {
      let folded = Folding.folded(value)
      if folded != value, has(folded) { return !isNegated }
      if let upper = Self.upper(value), has(upper) { return !isNegated }
    }
    return isNegated
  }

  private func has(_ value: UInt32) -> Bool {
    ranges.contains { $0.contains(value) } || inner.contains { $0.contains(value) }
  }

  private static func upper(_ value: UInt32) -> UInt32? {
    if value < 0x80 { return (0x61...0x7a).contains(value) ? value - 0x20 : nil }
    let mapped = Unicode.Scalar(value)?.properties.uppercaseMapping.unicodeScalars
    guard let mapped, mapped.count == 1, let first = mapped.first, first.value != value else { return nil }
    return first.value
  }

  static let digit = ScalarSet(ranges: [0x30...0x39])
  static let space = ScalarSet(ranges: [0x09...0x0d, 0x20...0x20])
  static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
  static let hexadecimal = ScalarSet(ranges: [0x30...0x39, 0x41...0x46, 0x61...0x66])

  var negated: ScalarSet {
    var other = self
    other.isNegated.toggle()
    return other
  }

  /// The POSIX classes (POSIX.1, section 9.3.5), of ASCII.
  static let posix: [String: ScalarSet] = [
    "alpha": ScalarSet(ranges: [0x41...0x5a, 0x61...0x7a]), "digit": digit, "space": space,
    "alnum": ScalarSet(ranges: [0x30...0x39, 0x41...0x5a, 0x61...0x7a]), "xdigit": hexadecimal,
    "upper": ScalarSet(ranges: [0x41...0x5a]), "lower": ScalarSet(ranges: [0x61...0x7a]), "word": word,
    "punct": ScalarSet(ranges: [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]),
    "print": ScalarSet(ranges: [0x20...0x7e]), "graph": ScalarSet(ranges: [0x21...0x7e]),
    "cntrl": ScalarSet(ranges: [0x00...0x1f, 0x7f...0x7f]),
    "blank": ScalarSet(ranges: [0x09...0x09, 0x20...0x20]),
  ]
}
