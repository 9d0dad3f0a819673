import Addresses
import FleetContract
import SQLStore
package import Posture

/// What a look at every page of the store found.
package struct StoreCheck: Hashable, Sendable, Encodable {
  /// Empty where nothing is wrong; at most 100.
  package var faults: [String]
  /// Rows by table.
  package var rows: [String: Int]
  /// Which steps of the schema it has taken, the last one.
  package var version: String

  package var isSound: Bool { faults.isEmpty }
}

extension FleetStore {
  /// Reads everything and says what is wrong: pages, indexes, and rows that refer to what is not there.
  package func check() throws(StoreError) -> StoreCheck {
    let (faults, steps): ([String], [String])
    do {
      faults = try database.faults()
      steps = try database.applied(Schema.migrator)
    } catch {
      throw StoreError(error, path: path)
    }
    return try view { db in
      let standings = faults.isEmpty ? try Self.faultsOfStandings(db, limit: 10) : []
      var rows: [String: Int] = [:]
      for table in try Self.tables(db) {
        rows[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(table)\"") ?? 0
      }
      return StoreCheck(
        faults: faults + standings, rows: rows, version: steps.last ?? "none")
    }
  }

  /// Works everything out anew that follows from something else that is stored.
  package func repair() throws(StoreError) {
    try change { db in
      try Self.rebuild(db)
      try Self.recountGateways(db)
    }
  }

  /// Every table of ours.
  static func tables(_ db: Database) throws -> [String] {
    try String.fetchAll(db, sql: db.engine.tables)
  }

  /// Writes a copy of this moment into a new file, also while a collector runs.
  ///
  /// The file must not be there yet.
  package func backUp(to path: String) throws(StoreError) {
    guard let file = database as? SQLiteFile else {
      throw StoreError(
        .foreign, path: self.path, "a PostgreSQL database is backed up with pg_dump or pg_basebackup")
    }
    do {
      try file.withoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Makes a restored store go on where its broker may have been later.
  ///
  /// Births of collectors rise, or gateways take the new for the old: runs go on far beyond any that were lost.
  package func noteRestored() throws(StoreError) {
    try change { db in
      try db.execute(sql: "INSERT INTO run (started) SELECT coalesce(max(started), 0) FROM run")
      try db.execute(sql: db.engine.skipNumbers(100_000, of: "run"))
      try db.execute(
        sql:
          "UPDATE tenure SET ended = max(began + 1, coalesce((SELECT max(last_received) FROM gateway), 0)) WHERE ended IS NULL AND source = 'session'"
      )
    }
  }
}

/// How long what is kept, each in its own time.
package struct Retention: Hashable, Sendable {
  /// Events, postures and commands that are over.
  package var history: Duration = .seconds(400 * 86_400)
  /// Sightings, and who had which address: these tell of people, so they go first.
  package var outside: Duration = .seconds(90 * 86_400)
  /// Findings that are closed, with their lives: a year after, as long as somebody may ask.
  package var closedFindings: Duration = .seconds(400 * 86_400)

  package init() {}
}

extension FleetStore {
  /// Forgets what is older than it may be kept.
  package func prune(_ retention: Retention, now: WallTime) async throws(StoreError) {
    func start(_ age: Duration) -> WallTime {
      WallTime(milliseconds: now.milliseconds - age.components.seconds * 1000)
    }
    try await prune(before: start(retention.history))
    let outside = start(retention.outside).milliseconds
    do {
      try makeParts(at: now)
      try database.dropParts("sighting", before: outside)
    } catch {
      throw StoreError(error, path: path)
    }
    let closed = start(retention.closedFindings).milliseconds
    do {
      try await database.write { db in
        var standings = Standings(db)
        let seen = try Row.fetchCursor(
          db,
          sql:
            "SELECT DISTINCT gateway, transport, port FROM sighting WHERE time < ? AND gateway IS NOT NULL",
          arguments: [outside])
        while let row = try seen.next() {
          guard let port = Port(row) else { continue }
          standings.look(at: port, of: GatewayID(row["gateway"] as String))
        }
        try db.execute(sql: "DELETE FROM sighting WHERE time < ?", arguments: [outside])
        try db.execute(sql: "DELETE FROM tenure WHERE ended < ?", arguments: [outside])
        let over = try Row.fetchAll(
          db, sql: "SELECT gateway, id FROM finding WHERE is_open = 0 AND changed_received < ?",
          arguments: [closed])
        for row in over {
          guard let gateway = GatewayID(row["gateway"] as String) else { continue }
          let id: String = row["id"]
          try standings.forget(id, of: gateway)
          for (table, column) in [("finding_step", "finding"), ("finding", "id")] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE gateway = ? AND \(column) = ?")
              .execute(arguments: [gateway.text, id])
          }
        }
        try standings.finish()
        try db.execute(sql: "DELETE FROM campaign WHERE ended < ?", arguments: [closed])
        // Over for so long, a decision covers nothing that anybody remembers.
        try db.execute(sql: "DELETE FROM finding_decision WHERE until < ?", arguments: [closed])
        try db.execute(
          sql: "UPDATE finding SET quiet_until = 0 WHERE quiet_until > 0 AND quiet_until < ?",
          arguments: [closed])
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
