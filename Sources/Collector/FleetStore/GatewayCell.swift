import FleetContract
import SQLStore

/// Where a gateway is counted.
struct GatewayCell: Hashable, Comparable {
  /// Empty where it has none.
  var group: String
  var state: String
  /// Empty where no posture has come.
  var grade: String

  init(group: String, state: String, grade: String) {
    self.group = group
    self.state = state
    self.grade = grade
  }

  init(_ row: Row) {
    self.init(group: row["group"], state: row["state"], grade: row["grade"])
  }

  /// The state of a row that is made in this transaction and counted nowhere yet.
  ///
  /// Of two collectors that meet a gateway at the same time one finds the row of the other, without this word.
  static let newcomer = "new"

  static func < (left: Self, right: Self) -> Bool {
    (left.group, left.state, left.grade) < (right.group, right.state, right.grade)
  }

  /// Where gateways are counted, without newcomers; their rows have to be locked.
  static func of(_ gateways: [GatewayID], _ db: Database) throws -> [GatewayCell] {
    if gateways.isEmpty { return [] }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT "group", state, grade FROM gateway WHERE id IN (\(db.engine.list("?"))) AND state <> '\(newcomer)'
          """), arguments: [try BatchMemory.list(gateways.map(\.text))]
    ).map(GatewayCell.init)
  }
}

extension FleetStore {
  /// Keeps the count of gateways in step with a change of one of them.
  static func recounting<Value>(
    _ gateway: GatewayID, _ db: Database, _ change: () throws -> Value
  ) throws -> Value {
    try lock(gateway, db)
    var counts = StandingCounts()
    for cell in try GatewayCell.of([gateway], db) { counts.add(cell, -1) }
    let value = try change()
    for cell in try GatewayCell.of([gateway], db) { counts.add(cell, 1) }
    try counts.flush(db)
    return value
  }

  /// Has others wait who would change a gateway's row, until this transaction ends.
  static func lock(_ gateway: GatewayID, _ db: Database) throws {
    try db.cachedStatement(sql: "UPDATE gateway SET state = state WHERE id = ?")
      .execute(arguments: [gateway.text])
  }

  /// How many gateways there are by group, state and grade, of these groups or of all; none that has none.
  static func gatewayCells(_ groups: [String]?, _ db: Database) throws -> [GatewayCell: Int] {
    let condition = groups.map { "AND \"group\" IN (\(places($0)))" } ?? ""
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM gateway_count WHERE count > 0 \(condition)",
      arguments: StatementArguments(groups ?? []))
    return Dictionary(rows.map { (GatewayCell($0), $0["count"] as Int) }) { $0 + $1 }
  }
}
