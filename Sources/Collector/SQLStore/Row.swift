/// The names of a result's columns, which all of its rows share.
final class ColumnNames: Sendable {
  let names: [String]
  private let places: [String: Int]

  init(_ names: [String]) {
    self.names = names
    places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  subscript(name: String) -> Int? { places[name] }
}

/// One row of a result.
///
/// Where columns have one name, the first is meant. A column that is not there, or that holds what nobody asked for, is a
/// mistake in the program.
package struct Row: Sendable {
  let columns: ColumnNames
  let values: [SQLValue]

  package subscript<Value: SQLConvertible>(_ name: String) -> Value {
    let value = self.value(name)
    guard let result = Value(value) else { preconditionFailure("column \(name) holds \(value)") }
    return result
  }

  package subscript<Value: SQLConvertible>(_ name: String) -> Value? { Self.optional(value(name), name) }

  /// By place, from 0.
  package subscript<Value: SQLConvertible>(_ place: Int) -> Value {
    guard let result = Value(values[place]) else {
      preconditionFailure("column \(place) holds \(values[place])")
    }
    return result
  }

  package subscript<Value: SQLConvertible>(_ place: Int) -> Value? {
    Self.optional(values[place], "\(place)")
  }

  private func value(_ name: String) -> SQLValue {
    guard let place = columns[name] else { preconditionFailure("there is no column \(name)") }
    return values[place]
  }

  private static func optional<Value: SQLConvertible>(_ value: SQLValue, _ name: String) -> Value? {
    if case .null = value { return nil }
    guard let result = Value(value) else { preconditionFailure("column \(name) holds \(value)") }
    return result
  }
}

/// The rows of a result, one after the other; other statements may run in between.
package final class RowCursor {
  private let advance: () throws -> Row?

  init(_ advance: @escaping () throws -> Row?) {
    self.advance = advance
  }

  /// The next row, `nil` behind the last.
  package func next() throws -> Row? { try advance() }
}

extension Row {
  package static func fetchAll(
    _ db: Database, sql: String, arguments: StatementArguments = []
  ) throws -> [Row] {
    try db.connection.rows(sql, arguments)
  }

  package static func fetchAll(_ statement: Statement, arguments: StatementArguments = []) throws -> [Row] {
    try statement.db.connection.rows(statement.sql, arguments)
  }

  package static func fetchOne(
    _ db: Database, sql: String, arguments: StatementArguments = []
  ) throws -> Row? {
    try db.connection.rows(sql, arguments).first
  }

  package static func fetchOne(_ statement: Statement, arguments: StatementArguments = []) throws -> Row? {
    try statement.db.connection.rows(statement.sql, arguments).first
  }

  /// What a statement finds for each row of a list, which it reads as a table; in any order.
  package static func fetchAll(_ db: Database, sql: String, rows: RowList) throws -> [Row] {
    rows.count > 0 ? try db.connection.rows(sql, rows) : []
  }

  /// For results that need not fit into memory.
  package static func fetchCursor(
    _ db: Database, sql: String, arguments: StatementArguments = []
  ) throws -> RowCursor {
    try db.connection.cursor(sql, arguments)
  }
}

extension SQLConvertible {
  /// The first column of the first row; `nil` where there is none or it is null.
  package static func fetchOne(
    _ db: Database, sql: String, arguments: StatementArguments = []
  ) throws -> Self? {
    try Row.fetchOne(db, sql: sql, arguments: arguments)?[0]
  }

  package static func fetchOne(_ statement: Statement, arguments: StatementArguments = []) throws -> Self? {
    try Row.fetchOne(statement, arguments: arguments)?[0]
  }

  /// The first column of every row.
  package static func fetchAll(
    _ db: Database, sql: String, arguments: StatementArguments = []
  ) throws -> [Self] {
    try Row.fetchAll(db, sql: sql, arguments: arguments).map { $0[0] }
  }
}
