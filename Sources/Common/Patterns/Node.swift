/// A part of a pattern, as it was written.
indirect enum Node: Hashable, Sendable {
  case empty
  case scalar(UInt32)
  case set(ScalarSet)
  case assertion(Assertion)
  /// A capture, numbered from 1.
  case group(Int, Node)
  case sequence([Node])
  /// The earlier is preferred.
  case choice([Node])
  /// At most `max` times, without end where that is `nil`.
  case repeated(Node, min: Int, max: Int?, isLazy: Bool)
}

/// A condition on a place between two scalars.
enum Assertion: UInt8, Hashable, Sendable {
  /// `^`: at the start, or behind a newline that is not the last of the text.
  case lineStart
  /// `$`: at the end, or before a newline.
  case lineEnd
  /// `\A`
  case textStart
  /// `\z`
  case textEnd
  /// `\Z`: at the end, or before a newline that is the last of the text.
  case lastLineEnd
  /// `\b`
  case wordBoundary
  /// `\B`
  case noWordBoundary
}

extension Node {
  /// Whether it can match without consuming anything.
  var isNullable: Bool {
    switch self {
    case .empty, .assertion: true
    case .scalar, .set: false
    case .group(_, let body): body.isNullable
    case .sequence(let parts): parts.allSatisfy(\.isNullable)
    case .choice(let parts): parts.contains(where: \.isNullable)
    case .repeated(let body, let min, _, _): min == 0 || body.isNullable
    }
  }

  /// How many instructions it takes; counts as ``PatternLimits/program`` + 1 whatever is larger.
  var size: Int {
    let ceiling = PatternLimits.program + 1
    switch self {
    case .empty: return 0
    case .scalar, .set, .assertion: return 1
    case .group(_, let body): return min(ceiling, body.size + 2)
    case .sequence(let parts): return parts.reduce(0) { min(ceiling, $0 + $1.size) }
    case .choice(let parts): return parts.reduce(0) { min(ceiling, $0 + $1.size + 2) }
    case .repeated(let body, let least, let most, _):
      let size = body.size
      // Neither factor passes the ceiling and the count, so the product cannot overflow.
      guard let most else { return min(ceiling, size * Swift.max(1, least) + 2) }
      return min(ceiling, size * least + (size + 1) * (most - least))
    }
  }

  /// What must hold where a match begins, if that is one of `^` and `\A`.
  var anchor: Assertion? {
    switch self {
    case .assertion(.lineStart): return .lineStart
    case .assertion(.textStart): return .textStart
    case .empty, .scalar, .set, .assertion: return nil
    case .group(_, let body): return body.anchor
    case .sequence(let parts): return parts.first?.anchor
    case .choice(let parts):
      let anchors = Set(parts.map(\.anchor))
      return anchors.count == 1 ? anchors.first ?? nil : anchors.contains(nil) ? nil : .lineStart
    case .repeated(let body, let least, _, _): return least > 0 ? body.anchor : nil
    }
  }
}
