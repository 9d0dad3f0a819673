import FleetContract
import SQLStore

/// Rows that a batch has made and not written yet: those of one table go to the database together.
struct BatchRows {
  private var events = RowList(.text, .integer, .text, .text, .text, .integer, .integer, .integer, .integer)
  private var steps = RowList(.text, .text, .text, .integer)
  private var episodes = RowList(.text, .text, .integer, .integer, .integer)
  private var postures = RowList(
    .text, .integer, .text, .integer, .integer, .integer, .integer, .integer, .integer, .integer, .integer,
    .text, .integer, .integer, .integer, .integer, .text, .integer, .integer)
  private var numbers: Set<Numbered> = []
  /// Gateways that have rows here of which nobody can say when they happened.
  private(set) var undated: Set<GatewayID> = []

  private struct Numbered: Hashable {
    var gateway: GatewayID
    var seq: Int64
    var isPosture: Bool
  }

  /// Whether a numbered row waits here.
  func has(_ table: HistoryTable, _ seq: Int64, _ gateway: GatewayID) -> Bool {
    numbers.contains(Numbered(gateway: gateway, seq: seq, isPosture: table == .posture))
  }

  /// Adds a row of a history, with its values in the order of the table's columns.
  mutating func add(
    _ table: HistoryTable, _ seq: Int64, of gateway: GatewayID, isDated: Bool, _ row: [(any SQLConvertible)?]
  ) {
    let values = row.map { $0?.sqlValue ?? .null }
    switch table {
    case .event: events.append(values)
    case .posture: postures.append(values)
    }
    numbers.insert(Numbered(gateway: gateway, seq: seq, isPosture: table == .posture))
    if !isDated { undated.insert(gateway) }
  }

  mutating func add(step: String, at time: Int64, of finding: String, at gateway: GatewayID) {
    steps.append(gateway.text, finding, step, time)
  }

  mutating func add(
    episode number: Int, from detected: Int64, until closed: Int64?, of finding: String,
    at gateway: GatewayID
  ) {
    episodes.append(gateway.text, finding, number, detected, closed)
  }

  /// Writes what belongs to findings, before somebody reads it.
  mutating func writeLives(_ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO finding_step (gateway, finding, step, time) \(db.engine.values(steps.columns))",
      rows: steps)
    try db.execute(
      sql:
        "INSERT INTO past_episode (gateway, finding, number, detected, closed) \(db.engine.values(episodes.columns))",
      rows: episodes)
    steps.removeAll()
    episodes.removeAll()
  }

  /// Writes the histories, before somebody reads or changes them.
  mutating func writeHistories(_ db: Database) throws {
    try db.execute(sql: "INSERT INTO event \(db.engine.values(events.columns))", rows: events)
    try db.execute(sql: "INSERT INTO posture \(db.engine.values(postures.columns))", rows: postures)
    events.removeAll()
    postures.removeAll()
    numbers = []
    undated = []
  }
}

/// What grows with every record.
enum HistoryTable: String, CaseIterable {
  case event, posture
}
