/// How often inside and outside say what, over many services.
package struct AgreementMatrix: Hashable, Sendable {
  private var counts: [[Look.State: Int]]
  /// Sightings of open ports that are nobody's, by why.
  package var unattributed: [Attribution.Reason: Int] = [:]

  package init() {
    counts = Look.State.allCases.map { _ in [:] }
  }

  package mutating func add(_ service: JoinedService) {
    counts[Self.row(service.inside.state)][service.outside.state, default: 0] += 1
  }

  /// Counts services of which both sides are known.
  package mutating func add(_ count: Int, inside: Look.State, outside: Look.State) {
    counts[Self.row(inside)][outside, default: 0] += count
  }

  private static func row(_ state: Look.State) -> Int {
    switch state {
    case .seen: 0
    case .notSeen: 1
    case .unknown: 2
    }
  }

  package subscript(inside inside: Look.State, outside outside: Look.State) -> Int {
    counts[Self.row(inside)][outside] ?? 0
  }

  package var total: Int { counts.reduce(0) { $0 + $1.values.reduce(0, +) } }

  /// Open by what the gateway says, and looking from outside alone would not have shown it.
  package var missedByOutside: Int {
    self[inside: .seen, outside: .notSeen] + self[inside: .seen, outside: .unknown]
  }

  /// Open by what was seen from outside, and asking the gateway alone would not have shown it.
  package var missedByInside: Int {
    self[inside: .notSeen, outside: .seen] + self[inside: .unknown, outside: .seen]
  }

  /// Of the services both sides looked at, the share they agree on; `nil` where there is none.
  package var agreement: Double? {
    let same = self[inside: .seen, outside: .seen] + self[inside: .notSeen, outside: .notSeen]
    let other = self[inside: .seen, outside: .notSeen] + self[inside: .notSeen, outside: .seen]
    return same + other == 0 ? nil : Double(same) / Double(same + other)
  }
}

extension AgreementMatrix: Encodable {
  private enum CodingKeys: String, CodingKey {
    case counts, agreement, unattributed
    case missedByInside = "missed_by_inside"
    case missedByOutside = "missed_by_outside"
  }

  private struct Count: Encodable {
    var inside: Look.State
    var outside: Look.State
    var count: Int
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let states = Look.State.allCases
    try container.encode(
      states.flatMap { inside in
        states.map { Count(inside: inside, outside: $0, count: self[inside: inside, outside: $0]) }
      }, forKey: .counts)
    try container.encodeIfPresent(agreement, forKey: .agreement)
    try container.encode(missedByInside, forKey: .missedByInside)
    try container.encode(missedByOutside, forKey: .missedByOutside)
    let reasons = Dictionary(unattributed.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
    try container.encode(reasons, forKey: .unattributed)
  }
}
