import Casework
import Correlate
import FleetStore
import Posture

/// The fleet in numbers, as far as one may see it.
struct FleetSummary: Sendable {
  /// When these were counted.
  var asOf: WallTime
  var gateways = 0
  var online = 0
  var lost = 0
  var open = 0
  /// Ports that were open when somebody outside looked last.
  var outside = 0
  var severities: [Severity: Int] = [:]
  var days: [DayCount] = []
  /// Days since 1970, in UTC.
  var today: Int64
  var timeToClose = TimeToClose([], now: WallTime(milliseconds: 0))

  /// Days that are drawn.
  static let dayCount: Int64 = 30

  init(_ store: FleetStore, groups: [String]?, now: WallTime) throws {
    asOf = now
    today = now.milliseconds / 86_400_000
    guard groups?.isEmpty != true else { return }
    let counts = try store.counts(inGroups: groups, now: now)
    gateways = counts.gateways.filter { $0.key != "revoked" }.values.reduce(0, +)
    online = counts.gateways["online"] ?? 0
    lost = counts.gateways["lost"] ?? 0
    severities = counts.severities
    open = severities.values.reduce(0, +)
    let matrix = try store.agreement(inGroups: groups)
    outside = Look.State.allCases.reduce(0) { $0 + matrix[inside: $1, outside: .seen] }
    timeToClose = counts.timeToClose
    days = try store.findingDays(
      since: WallTime(milliseconds: (today - Self.dayCount + 1) * 86_400_000), groups: groups)
  }
}

extension FleetSummary: Encodable {
  private enum CodingKeys: String, CodingKey {
    case gateways, online, lost, days
    case open = "open_findings"
    case outside = "open_outside"
    case severities = "open_by_severity"
    case timeToClose = "time_to_close"
    case asOf = "as_of"
  }

  private struct Day: Encodable {
    var day: String
    var opened: Int
    var closed: Int
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(asOf, forKey: .asOf)
    try container.encode(gateways, forKey: .gateways)
    try container.encode(online, forKey: .online)
    try container.encode(lost, forKey: .lost)
    try container.encode(open, forKey: .open)
    try container.encode(outside, forKey: .outside)
    try container.encode(
      Dictionary(severities.map { ($0.key.rawValue, $0.value) }) { first, _ in first }, forKey: .severities)
    try container.encode(
      days.map { day in
        let text = WallTime(milliseconds: day.day * 86_400_000).description.prefix(10)
        return Day(day: String(text), opened: day.opened, closed: day.closed)
      }, forKey: .days)
    try container.encode(timeToClose, forKey: .timeToClose)
  }
}
