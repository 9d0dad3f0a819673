/// What the two say differently.
extension Engine {
  /// Milliseconds since 1970 by the clock of the store.
  package var clock: String {
    switch self {
    case .sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
    case .postgresql: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    }
  }

  /// Behind a SELECT of a row that is to be changed: passes over rows that others are changing.
  ///
  /// SQLite has one writer, and needs no word for it.
  package func skippingLocked(of table: String) -> String {
    switch self {
    case .sqlite: ""
    case .postgresql: "FOR UPDATE OF \(table) SKIP LOCKED"
    }
  }

  /// Behind a SELECT of rows that are to be changed: waits for who is changing them, and lets nobody else.
  package func locking(_ table: String) -> String {
    switch self {
    case .sqlite: ""
    case .postgresql: "FOR NO KEY UPDATE OF \(table)"
    }
  }

  /// Every table of ours.
  package var tables: String {
    switch self {
    case .sqlite:
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
      ORDER BY name
      """
    case .postgresql:
      """
      SELECT relname COLLATE "C" FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migration' ORDER BY 1
      """
    }
  }
}

extension Engine {
  /// Lets rows come before what they refer to, until the end of the transaction.
  package var deferReferences: String {
    switch self {
    case .sqlite: "PRAGMA defer_foreign_keys = ON"
    case .postgresql: "SET CONSTRAINTS ALL DEFERRED"
    }
  }

  /// Leaves out so many of the numbers that a table gives to its new rows.
  package func skipNumbers(_ count: Int, of table: String) -> String {
    switch self {
    case .sqlite: "UPDATE sqlite_sequence SET seq = seq + \(count) WHERE name = '\(table)'"
    case .postgresql:
      "SELECT setval(s.name, nextval(s.name) + \(count)) FROM (SELECT pg_get_serial_sequence('\(table)', 'number') AS name) AS s"
    }
  }

  /// Has a table give its new rows numbers above those that are there, where its rows have a `number` of their own.
  package func continueNumbers(of table: String) -> String? {
    switch self {
    case .sqlite: nil
    case .postgresql:
      """
      SELECT setval(pg_get_serial_sequence('\(table)', 'number'), m.last)
      FROM (SELECT max(number) AS last FROM "\(table)") AS m
      WHERE m.last IS NOT NULL AND pg_get_serial_sequence('\(table)', 'number') IS NOT NULL
      """
    }
  }

  /// Whether bytes hold the bytes of a text.
  package func holds(_ bytes: String, _ text: String) -> String {
    switch self {
    case .sqlite: "instr(CAST(\(bytes) AS TEXT), \(text)) > 0"
    case .postgresql: "position(convert_to(CAST(\(text) AS TEXT), 'UTF8') IN \(bytes)) > 0"
    }
  }

  /// The texts of an array in JSON, as a list for `IN`.
  package func list(_ place: String) -> String {
    switch self {
    case .sqlite: "SELECT value FROM json_each(\(place))"
    case .postgresql: "SELECT json_array_elements_text(CAST(\(place) AS json))"
    }
  }
}
