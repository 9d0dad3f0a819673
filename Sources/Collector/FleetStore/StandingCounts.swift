import Casework
import Correlate
import FleetContract
import SQLStore
import Posture

/// Changes of what is counted, gathered during a transaction and written at its end in one order.
struct StandingCounts {
  /// Where a finding is counted.
  struct Cell: Hashable, Comparable {
    /// Empty where its gateway has none.
    var group: String
    var stage: String
    var rank: Int

    init(group: String, stage: String, rank: Int) {
      self.group = group
      self.stage = stage
      self.rank = rank
    }

    init(_ row: Row) {
      self.init(group: row["group"], stage: row["stage"], rank: row["rank"])
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.group, left.stage, left.rank) < (right.group, right.stage, right.rank)
    }
  }

  private struct Span: Hashable, Comparable {
    var group: String
    var state: String
    var step: Int64

    static func < (left: Self, right: Self) -> Bool {
      (left.group, left.state, left.step) < (right.group, right.state, right.step)
    }
  }

  private struct Sides: Hashable, Comparable {
    var group: String
    var inside: String
    var outside: String

    static func < (left: Self, right: Self) -> Bool {
      (left.group, left.inside, left.outside) < (right.group, right.inside, right.outside)
    }
  }

  private struct Steps: Hashable, Comparable {
    var group: String
    var day: Int64
    var step: String

    static func < (left: Self, right: Self) -> Bool {
      (left.group, left.day, left.step) < (right.group, right.day, right.step)
    }
  }

  private var findings: [Cell: Int64] = [:]
  private var spans: [Span: Int64] = [:]
  private var services: [Sides: Int64] = [:]
  private var gateways: [GatewayCell: Int64] = [:]
  private var steps: [Steps: Int64] = [:]

  /// The name under which all groups are counted together; no group has it.
  static let everybody = "*"

  mutating func add(_ cell: Cell, _ count: Int64) { findings[cell, default: 0] += count }

  mutating func add(_ cell: GatewayCell, _ count: Int64) { gateways[cell, default: 0] += count }

  /// Counts a step on its day; it stays counted there, whatever becomes of its finding.
  mutating func add(_ step: CaseStep, in group: String) {
    let day = step.time.milliseconds / 86_400_000
    for name in [group, Self.everybody] {
      steps[Steps(group: name, day: day, step: step.kind.rawValue), default: 0] += 1
    }
  }

  /// Counts the present episode of a finding.
  mutating func add(_ standing: Standing, in group: String, _ count: Int64) {
    guard standing.stage != nil else { return }
    add(detected: standing.detected.milliseconds, closed: standing.closed?.milliseconds, in: group, count)
  }

  mutating func add(_ episode: Episode, in group: String, _ count: Int64) {
    add(detected: episode.detected.milliseconds, closed: episode.closed?.milliseconds, in: group, count)
  }

  private mutating func add(detected: Int64, closed: Int64?, in group: String, _ count: Int64) {
    let step = closed.map { EpisodeStep.closed(after: $0 - detected) } ?? EpisodeStep.open(since: detected)
    for name in [group, Self.everybody] {
      spans[Span(group: name, state: closed == nil ? "open" : "closed", step: step), default: 0] += count
    }
  }

  mutating func add(_ service: JoinedService, in group: String, _ count: Int64) {
    let sides = Sides(
      group: group, inside: service.inside.state.rawValue, outside: service.outside.state.rawValue)
    services[sides, default: 0] += count
  }

  /// Counts everything of one gateway.
  mutating func tally(_ gateway: GatewayID, _ sign: Int64, _ db: Database) throws {
    try FleetStore.lock(gateway, db)
    for cell in try GatewayCell.of([gateway], db) { add(cell, sign) }
    let rows = try Row.fetchAll(
      db,
      sql:
        "SELECT id, \"group\", stage, rank, since, detected, notified, closed, episodes FROM finding WHERE gateway = ?",
      arguments: [gateway.text])
    for row in rows {
      let cell = Cell(row)
      let standing = Standing(row)
      add(cell, sign)
      add(standing, in: cell.group, sign)
      guard standing.episodes > 1 else { continue }
      for past in try FleetStore.pastEpisodes(of: row["id"], at: gateway, db) {
        add(past, in: cell.group, sign)
      }
    }
    let joined = try Row.fetchAll(
      db, sql: "SELECT \"group\", inside, outside FROM joined_service WHERE gateway = ?",
      arguments: [gateway.text])
    for row in joined {
      services[Sides(group: row["group"], inside: row["inside"], outside: row["outside"]), default: 0] += sign
    }
  }

  /// Writes the changes, in an order that is the same for all who write.
  mutating func flush(_ db: Database) throws {
    func write(_ table: String, _ key: [String], _ values: StatementArguments) throws {
      let places = Array(repeating: "?", count: key.count + 1).joined(separator: ", ")
      try db.cachedStatement(
        sql: """
          INSERT INTO \(table) VALUES (\(places)) ON CONFLICT (\(key.joined(separator: ", ")))
          DO UPDATE SET count = \(table).count + excluded.count
          """
      ).execute(arguments: values)
    }
    for (cell, count) in gateways.sorted(by: { $0.key < $1.key }) where count != 0 {
      try write(
        "gateway_count", ["\"group\"", "state", "grade"], [cell.group, cell.state, cell.grade, count])
    }
    for (cell, count) in findings.sorted(by: { $0.key < $1.key }) where count != 0 {
      try write(
        "finding_count", ["\"group\"", "stage", "rank"], [cell.group, cell.stage, cell.rank, count])
    }
    for (span, count) in spans.sorted(by: { $0.key < $1.key }) where count != 0 {
      try write(
        "episode_count", ["\"group\"", "state", "step"], [span.group, span.state, span.step, count])
    }
    for (sides, count) in services.sorted(by: { $0.key < $1.key }) where count != 0 {
      try write(
        "agreement_count", ["\"group\"", "inside", "outside"],
        [sides.group, sides.inside, sides.outside, count])
    }
    for (steps, count) in steps.sorted(by: { $0.key < $1.key }) where count != 0 {
      try write("step_count", ["\"group\"", "day", "step"], [steps.group, steps.day, steps.step, count])
    }
    self = StandingCounts()
  }
}
