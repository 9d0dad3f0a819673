package import FleetContract
import SQLStore
package import Posture

/// How many gateways of a group are where.
package struct GroupCount: Hashable, Sendable {
  package var away: Int
  package var returned: Int

  package init(away: Int, returned: Int) {
    self.away = away
    self.returned = returned
  }
}

/// An outage that an operator announced.
package struct AnnouncedOutage: Hashable, Sendable, Encodable {
  package var number: Int64
  package var group: String
  package var from: WallTime
  package var until: WallTime
  package var expected: Int?
}

extension FleetStore {
  private func alter<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.write(body) } catch { throw StoreError(error, path: path) }
  }

  private func ask<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.read(body) } catch { throw StoreError(error, path: path) }
  }

  /// Counts, by group, what changed lately: those whose Will came since `lost`, and those that came on line since `born`.
  ///
  /// A million gateways are not looked at for it, but those that changed.
  package func changes(lost: WallTime, born: WallTime) throws(StoreError) -> [String: GroupCount] {
    // Left to itself, SQLite's planner looks at every enrolment: a cross join is taken in the order that is written.
    try counts(
      in: "gateway AS g CROSS JOIN enrolment AS e",
      "e.gateway = g.id AND g.status_received >= min(?1, ?2) AND e.\"group\" IS NOT NULL",
      [lost.milliseconds, born.milliseconds])
  }

  /// The same of one group; `lost` may be long ago.
  package func changes(
    of group: String, lost: WallTime, born: WallTime
  ) throws(StoreError) -> GroupCount {
    try counts(
      in: "enrolment AS e JOIN gateway AS g ON g.id = e.gateway", "e.\"group\" = ?3",
      [lost.milliseconds, born.milliseconds, group])[group]
      ?? GroupCount(away: 0, returned: 0)
  }

  private func counts(
    in tables: String, _ which: String, _ arguments: StatementArguments
  ) throws(StoreError) -> [String: GroupCount] {
    try ask { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT e."group" AS name,
            count(CASE WHEN g.online = 0 AND g.cause = 'lost' AND g.status_received >= ?1 THEN 1 END) AS away,
            count(CASE WHEN g.online = 1 AND g.status_received >= ?2 THEN 1 END) AS returned
          FROM \(tables) WHERE e.revoked IS NULL AND \(which) GROUP BY e."group"
          """, arguments: arguments)
      return Dictionary(
        rows.map { ($0["name"], GroupCount(away: $0["away"], returned: $0["returned"])) }
      ) { first, _ in first }
    }
  }

  /// How many gateways are enrolled for each group and not revoked; looks at all of them.
  package func enrolledCounts() throws(StoreError) -> [String: Int] {
    try ask { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT "group" AS name, count(*) AS known FROM enrolment
          WHERE revoked IS NULL AND "group" IS NOT NULL GROUP BY "group"
          """)
      return Dictionary(rows.map { ($0["name"], $0["known"]) }) { first, _ in first }
    }
  }

  /// How many of each group are on line, by their own word, and have said nothing since `time`; looks at all of them.
  package func silentCounts(since time: WallTime) throws(StoreError) -> [String: Int] {
    try ask { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT e."group" AS name, count(*) AS silent
          FROM gateway AS g JOIN enrolment AS e ON g.id = e.gateway
          WHERE g.online = 1 AND g.last_received < ? AND e.revoked IS NULL AND e."group" IS NOT NULL
          GROUP BY e."group"
          """, arguments: [time.milliseconds])
      return Dictionary(rows.map { ($0["name"], $0["silent"]) }) { first, _ in first }
    }
  }

  /// Takes, or keeps, the right to decide how gateways come back, for so many seconds by the clock of the store.
  ///
  /// `false` where another collector that shares the store has it. A file has one collector: what an earlier run of it
  /// had there is nobody's any more.
  package func holdRestoration(_ holder: String, seconds: Int) throws(StoreError) -> Bool {
    try alter { db in
      let clock = db.engine.clock
      let isFree =
        isShared
        ? "restoration_hold.holder = excluded.holder OR restoration_hold.until < \(clock)" : "1 = 1"
      try db.execute(
        sql: """
          INSERT INTO restoration_hold VALUES (1, ?, \(clock) + ?)
          ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE \(isFree)
          """, arguments: [holder, seconds * 1000])
      return db.changesCount > 0
    }
  }

  /// Gives that right up, so that another need not wait.
  package func releaseRestoration(_ holder: String) throws(StoreError) {
    try alter { try $0.execute(sql: "DELETE FROM restoration_hold WHERE holder = ?", arguments: [holder]) }
  }

  /// Keeps what is known of outages; when this returns, a power cut leaves it as written.
  ///
  /// With a holder only while nobody else took its right to decide; `false` where somebody did, and nothing is kept.
  @discardableResult
  package func keepRestoration(
    _ state: String, at time: WallTime, by holder: String? = nil
  ) throws(StoreError) -> Bool {
    try alter { db in
      if let holder {
        // Changed, so that nobody can take it before this is kept.
        try db.execute(
          sql: "UPDATE restoration_hold SET until = until WHERE holder = ?", arguments: [holder])
        guard db.changesCount > 0 else { return false }
      }
      try db.execute(
        sql: """
          INSERT INTO restoration VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET state = ?1, changed = ?2
          """, arguments: [state, time.milliseconds])
      return true
    }
  }

  /// What was kept last, and when; `nil` where nothing was.
  package func restoration() throws(StoreError) -> (state: String, changed: WallTime)? {
    try ask { db in
      try Row.fetchOne(db, sql: "SELECT state, changed FROM restoration").map {
        ($0["state"], WallTime(milliseconds: $0["changed"]))
      }
    }
  }

  /// Announces an outage, and returns its number.
  package func announce(
    _ group: TopicName, from: WallTime, until: WallTime, expected: Int?
  ) throws(StoreError) -> Int64 {
    try alter { db in
      try db.execute(
        sql: "INSERT INTO planned_outage (\"group\", starts, ends, expected) VALUES (?, ?, ?, ?)",
        arguments: [group.description, from.milliseconds, until.milliseconds, expected])
      return db.lastInsertedRowID
    }
  }

  /// Takes an announcement back; `false` where there is none of that number that is still to come or under way.
  package func cancelOutage(_ number: Int64, at time: WallTime) throws(StoreError) -> Bool {
    try alter { db in
      try db.execute(
        sql: "UPDATE planned_outage SET cancelled = ?1 WHERE number = ?2 AND cancelled IS NULL AND ends > ?1",
        arguments: [time.milliseconds, number])
      return db.changesCount > 0
    }
  }

  /// The announced outages that are not over, the next first.
  package func announcedOutages(at time: WallTime) throws(StoreError) -> [AnnouncedOutage] {
    try ask { db in
      try Row.fetchAll(
        db,
        sql:
          "SELECT * FROM planned_outage WHERE cancelled IS NULL AND ends > ? ORDER BY starts, number LIMIT 1000",
        arguments: [time.milliseconds]
      ).map { row in
        AnnouncedOutage(
          number: row["number"], group: row["group"], from: WallTime(milliseconds: row["starts"]),
          until: WallTime(milliseconds: row["ends"]), expected: row["expected"])
      }
    }
  }
}
