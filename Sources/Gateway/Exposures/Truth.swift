/// Whether something holds, where it cannot always be told.
package enum Truth: String, Hashable, Sendable, Comparable, Codable, CaseIterable {
  case no, maybe, yes

  private var rank: Int {
    switch self {
    case .no: 0
    case .maybe: 1
    case .yes: 2
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  init(_ value: Bool) { self = value ? .yes : .no }

  var negated: Truth {
    switch self {
    case .no: .yes
    case .maybe: .maybe
    case .yes: .no
    }
  }
}
