import FoundationEssentials
import GRDB

/// SQLite's side of `Database`.
final class SQLiteConnection: Connection {
  private let db: GRDB.Database

  init(_ db: GRDB.Database) {
    self.db = db
  }

  var engine: Engine { .sqlite }
  var changes: Int { db.changesCount }
  var lastRow: Int64 { db.lastInsertedRowID }

  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    if arguments.isEmpty {
      try db.execute(sql: sql)
    } else {
      let statement = try SQLiteStatement(sql, db)
      defer { statement.clear() }
      try statement.bind(arguments)
      try statement.run()
    }
  }

  func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
    let statement = try SQLiteStatement(sql, db)
    defer { statement.clear() }
    try statement.bind(arguments)
    var rows: [Row] = []
    var columns: ColumnNames?
    try statement.run { values in
      let names = columns ?? statement.columns
      columns = names
      rows.append(Row(columns: names, values: values))
    }
    return rows
  }

  func execute(_ sql: String, _ rows: RowList) throws {
    let statement = try SQLiteStatement(sql, db)
    defer { statement.clear() }
    for row in rows.rows {
      try statement.bind(row)
      try statement.run()
    }
  }

  func rows(_ sql: String, _ keys: RowList) throws -> [Row] {
    let statement = try SQLiteStatement(sql, db)
    defer { statement.clear() }
    var rows: [Row] = []
    let columns = statement.columns
    for key in keys.rows {
      try statement.bind(key)
      try statement.run { rows.append(Row(columns: columns, values: $0)) }
    }
    return rows
  }

  /// A statement that is stepped through is not one that others may step through meanwhile.
  func cursor(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor {
    let statement = try db.makeStatement(sql: sql)
    let rows = try GRDB.Row.fetchCursor(statement, arguments: arguments.sqlite)
    let columns = ColumnNames(statement.columnNames)
    let count = columns.names.count
    return RowCursor {
      try rows.next().map { row in
        Row(columns: columns, values: (0..<count).map { SQLValue(row[$0] as DatabaseValue) })
      }
    }
  }

  func columns(_ table: String) throws -> [String] {
    try rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", [table]).map { $0[0] }
  }
}

extension StatementArguments {
  fileprivate var sqlite: GRDB.StatementArguments {
    named.isEmpty
      ? GRDB.StatementArguments(values.map(\.sqlite))
      : GRDB.StatementArguments(named.mapValues(\.sqlite))
  }
}

extension SQLValue {
  fileprivate init(_ value: DatabaseValue) {
    self =
      switch value.storage {
      case .null: .null
      case .int64(let number): .integer(number)
      case .double(let number): .real(number)
      case .string(let text): .text(text)
      case .blob(let data): .bytes(data)
      }
  }

  fileprivate var sqlite: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .real(let number): number.databaseValue
    case .text(let text): text.databaseValue
    case .bytes(let data): data.databaseValue
    }
  }
}
