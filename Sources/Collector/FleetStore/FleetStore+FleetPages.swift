package import FleetContract
import SQLStore
import Posture

extension FleetStore {
  /// So few gateways that all of them are looked at, where nothing lies in the order that is wanted.
  static let fewGateways = 20_000
  /// How many gateways are passed over at most, on average, until one is found in the order of names.
  private static let longestWalk = 40

  /// Gateways in the order of their names, from after one of them.
  package func fleetPage(
    _ filter: FleetFilter = FleetFilter(), after: GatewayID? = nil, limit: Int
  ) throws(StoreError) -> Page<GatewayOverview, GatewayID> {
    try view { db in
      let names = try Self.names(filter, after: after?.text ?? "", limit, db)
      let rows = try Row.fetchAll(
        db, sql: Self.overview + " WHERE g.id IN (\(db.engine.list("?"))) ORDER BY g.id",
        arguments: [try BatchMemory.list(names)])
      let items = rows.compactMap(GatewayOverview.init)
      return Page(items: items, next: names.count < limit ? nil : items.last?.gateway)
    }
  }

  /// The names of a page: those that are many are found on a walk over all, those that are few where they are counted.
  private static func names(
    _ filter: FleetFilter, after: String, _ limit: Int, _ db: Database
  ) throws -> [String] {
    func ids(_ condition: String, _ arguments: StatementArguments) throws -> [String] {
      try String.fetchAll(
        db, sql: "SELECT id FROM gateway WHERE id > ? \(condition) ORDER BY id LIMIT ?",
        arguments: [after] + arguments + [limit])
    }
    let all = try gatewayCells(nil, db)
    let groups = filter.groups.map(Set.init)
    let cells = all.filter { cell, _ in
      groups?.contains(cell.group) ?? true && filter.state.map { $0 == cell.state } ?? true
        && filter.grade.map { $0.rawValue == cell.grade } ?? true
    }
    let (known, wanted) = (all.values.reduce(0, +), cells.values.reduce(0, +))
    if wanted == 0 { return [] }
    guard known > wanted * longestWalk else {
      var conditions = ""
      var arguments: StatementArguments = []
      // Joined to nothing a column is no reason to leave the order of names for an index.
      for (column, value) in [("state", filter.state), ("grade", filter.grade?.rawValue)] {
        guard let value else { continue }
        conditions += " AND \(column) || '' = ?"
        arguments += [value]
      }
      if let groups = filter.groups {
        conditions += " AND \"group\" || '' IN (\(places(groups)))"
        arguments += StatementArguments(groups)
      }
      return try ids(conditions, arguments)
    }
    // Each part lies in the order of names in an index.
    let parts = Set(
      cells.keys.map { GatewayCell(group: groups == nil ? "" : $0.group, state: $0.state, grade: $0.grade) })
    var found: [String] = []
    for part in parts {
      found +=
        try groups == nil
        ? ids("AND state = ? AND grade = ?", [part.state, part.grade])
        : ids("AND \"group\" = ? AND state = ? AND grade = ?", [part.group, part.state, part.grade])
    }
    return Array(found.sorted().prefix(limit))
  }
}
