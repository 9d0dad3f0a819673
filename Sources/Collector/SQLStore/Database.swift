/// Which database stores.
package enum Engine: String, Hashable, Sendable, Encodable {
  case sqlite, postgresql
}

/// One connection inside one transaction; valid only there.
///
/// Statements are written once for both engines: what one of them does not have is in `Engine+Words.swift`.
package final class Database {
  let connection: any Connection

  init(_ connection: any Connection) {
    self.connection = connection
  }

  package var engine: Engine { connection.engine }

  /// Carries out a statement, or several that take no arguments.
  ///
  /// PostgreSQL may be told a little later, together with what follows: a refusal then comes from there.
  package func execute(sql: String, arguments: StatementArguments = []) throws {
    try connection.execute(sql, arguments)
  }

  /// Carries out a statement for each row of a list: with PostgreSQL for all of them at once, so that no two may change
  /// the same row, and with SQLite for one after the other.
  ///
  /// The statement reads the list as a table; see ``Engine/table(_:_:)``.
  package func execute(sql: String, rows: RowList) throws {
    if rows.count > 0 { try connection.execute(sql, rows) }
  }

  /// A statement that is prepared once for each connection.
  package func cachedStatement(sql: String) -> Statement { Statement(db: self, sql: sql) }

  /// How many rows the last statement changed.
  package var changesCount: Int { connection.changes }

  /// The last number that a table gave to a new row of itself.
  package var lastInsertedRowID: Int64 { connection.lastRow }

  /// The names of a table's columns in their order; empty where there is no such table.
  package func columns(in table: String) throws -> [String] { try connection.columns(table) }
}

/// A statement and its connection.
package struct Statement {
  let db: Database
  let sql: String

  package func execute(arguments: StatementArguments = []) throws {
    try db.execute(sql: sql, arguments: arguments)
  }
}

/// What an engine does for `Database`.
protocol Connection: AnyObject {
  var engine: Engine { get }
  var changes: Int { get }
  var lastRow: Int64 { get }

  func execute(_ sql: String, _ arguments: StatementArguments) throws
  func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row]
  func execute(_ sql: String, _ rows: RowList) throws
  func rows(_ sql: String, _ keys: RowList) throws -> [Row]
  func cursor(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor
  func columns(_ table: String) throws -> [String]
}
