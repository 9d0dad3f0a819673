/// How bad a finding is, in the field's five steps.
package enum Severity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case info, low, medium, high, critical

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    case .critical: 4
    }
  }
}
