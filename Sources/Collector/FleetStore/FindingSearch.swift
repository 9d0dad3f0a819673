import Casework
import FleetContract
import SQLStore
import Posture

/// Finds the places of findings in the order of lists, part by part, so that no more rows are read than are shown.
///
/// Each part, the findings of one rank in one stage, lies in the order of lists in an index. Which parts there are the
/// counts say.
struct FindingSearch {
  private let filter: FindingFilter
  private let now: WallTime

  init(_ filter: FindingFilter, now: WallTime) {
    self.filter = filter
    self.now = now
  }

  func places(after: FindingCursor?, limit: Int, _ db: Database) throws -> [FindingCursor] {
    if filter.gateway != nil { return try ofGateway(after, limit, db) }
    let parts = Dictionary(grouping: try cells(db).keys, by: \.rank)
    var found: [FindingCursor] = []
    for rank in filter.ranks where found.count < limit && rank >= after?.rank ?? 0 {
      var here: [FindingCursor] = []
      for cell in parts[rank] ?? [] {
        here += try part(cell, after.flatMap { $0.rank == rank ? $0 : nil }, limit - found.count, db)
      }
      found += here.sorted().prefix(limit - found.count)
    }
    return found
  }

  private func part(
    _ cell: StandingCounts.Cell, _ after: FindingCursor?, _ limit: Int, _ db: Database
  ) throws -> [FindingCursor] {
    var (conditions, arguments) = narrowing
    conditions += ["stage = ?", "rank = ?"]
    arguments += [cell.stage, cell.rank]
    if filter.groups != nil {
      conditions.append("\"group\" = ?")
      arguments += [cell.group]
    }
    if let after {
      conditions.append("(detected, gateway, id) > (?, ?, ?)")
      arguments += [after.detected, after.gateway, after.id]
    }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT rank, detected, gateway, id FROM finding WHERE \(conditions.joined(separator: " AND "))
          ORDER BY detected, gateway, id LIMIT ?
          """), arguments: arguments + [limit]
    ).map(FindingCursor.init)
  }

  /// All of one gateway are few enough to be read and sorted.
  private func ofGateway(_ after: FindingCursor?, _ limit: Int, _ db: Database) throws -> [FindingCursor] {
    var (conditions, arguments) = narrowing
    conditions.append("gateway = ?")
    arguments += [filter.gateway?.text]
    if let groups = filter.groups {
      conditions.append("\"group\" IN (\(FleetStore.places(groups)))")
      arguments += StatementArguments(groups)
    }
    let (stages, ranks) = (filter.stages, filter.ranks)
    let rows = try Row.fetchAll(
      db,
      sql:
        "SELECT rank, detected, gateway, id, stage FROM finding WHERE \(conditions.joined(separator: " AND "))",
      arguments: arguments)
    var found: [FindingCursor] = []
    for row in rows where stages.contains(row["stage"]) && ranks.contains(row["rank"]) {
      let place = FindingCursor(row)
      if let after, place <= after { continue }
      found.append(place)
    }
    return Array(found.sorted().prefix(limit))
  }

  /// What is asked beyond stage, rank, group and gateway.
  private var narrowing: (conditions: [String], arguments: StatementArguments) {
    var conditions: [String] = []
    var arguments: StatementArguments = []
    if let kind = filter.kind {
      conditions.append("kind = ?")
      arguments += [kind.rawValue]
    }
    if let check = filter.check {
      conditions.append("\"check\" = ?")
      arguments += [check]
    }
    if filter.hidesDecided {
      conditions.append("quiet_until <= ?")
      arguments += [now.milliseconds]
    }
    return (conditions, arguments)
  }

  /// How many findings there are by stage and rank, whatever else is asked; by group, too, where groups are asked for.
  func cells(_ db: Database) throws -> [StandingCounts.Cell: Int] {
    let sql =
      filter.groups.map { "SELECT * FROM finding_count WHERE \"group\" IN (\(FleetStore.places($0)))" }
        ?? """
        SELECT '' AS "group", stage, rank, CAST(sum(count) AS BIGINT) AS count FROM finding_count GROUP BY stage, rank
        """
    let rows = try Row.fetchAll(db, sql: sql, arguments: StatementArguments(filter.groups ?? []))
    let (stages, ranks) = (Set(filter.stages), Set(filter.ranks))
    var cells: [StandingCounts.Cell: Int] = [:]
    for row in rows {
      let cell = StandingCounts.Cell(row)
      let count: Int = row["count"]
      if count > 0, stages.contains(cell.stage), ranks.contains(cell.rank) { cells[cell] = count }
    }
    return cells
  }

  /// How many of these a decision covers now.
  func decidedCells(_ db: Database) throws -> [StandingCounts.Cell: Int] {
    let condition = filter.groups.map { "AND \"group\" IN (\(FleetStore.places($0)))" } ?? ""
    let group = filter.groups == nil ? "CAST('' AS TEXT)" : "\"group\""
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT \(group) AS "group", stage, rank, count(*) AS n FROM finding
        WHERE quiet_until > 0 AND quiet_until > ? \(condition) GROUP BY 1, 2, 3
        """, arguments: [now.milliseconds] + StatementArguments(filter.groups ?? []))
    return Dictionary(rows.map { (StandingCounts.Cell($0), $0["n"] as Int) }) { $0 + $1 }
  }

  func count(upTo limit: Int?, _ db: Database) throws -> Int {
    if filter.gateway != nil { return try ofGateway(nil, .max, db).count }
    let cells = try cells(db)
    guard filter.kind != nil || filter.check != nil else {
      let all = cells.values.reduce(0, +)
      guard filter.hidesDecided else { return all }
      return all - (try decidedCells(db)).reduce(0) { $0 + (cells[$1.key] == nil ? 0 : $1.value) }
    }
    var (conditions, arguments) = narrowing
    conditions += ["stage IN (\(FleetStore.places(filter.stages)))"]
    arguments += StatementArguments(filter.stages)
    conditions.append("rank IN (\(filter.ranks.map(String.init).joined(separator: ", ")))")
    if let groups = filter.groups {
      conditions.append("\"group\" IN (\(FleetStore.places(groups)))")
      arguments += StatementArguments(groups)
    }
    let which = "FROM finding WHERE \(conditions.joined(separator: " AND "))"
    if let limit {
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM (SELECT 1 AS one \(which) LIMIT ?) AS found",
        arguments: arguments + [limit]) ?? 0
    }
    return try Int.fetchOne(db, sql: "SELECT count(*) \(which)", arguments: arguments) ?? 0
  }
}

extension FindingCursor {
  fileprivate init(_ row: Row) {
    self.init(rank: row["rank"], detected: row["detected"], gateway: row["gateway"], id: row["id"])
  }
}
