import FoundationEssentials
import GRDB
import GRDBSQLite

/// A prepared statement as SQLite's own interface sees it: GRDB prepares and keeps it, and what is bound, stepped and
/// read does not go through values of GRDB's.
///
/// Used up within one call, so that nobody else finds it half stepped through.
struct SQLiteStatement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer?

  init(_ sql: String, _ db: GRDB.Database) throws {
    handle = try db.cachedStatement(sql: sql).sqliteStatement
    connection = db.sqliteConnection
  }

  /// Binds values to the places in their order.
  func bind(_ values: some Collection<SQLValue>) throws {
    var place: CInt = 0
    for value in values {
      place += 1
      try bind(value, at: place)
    }
    guard place == sqlite3_bind_parameter_count(handle) else {
      throw DatabaseError(
        resultCode: .SQLITE_MISUSE, message: "\(place) values for another number of places")
    }
  }

  func bind(_ arguments: StatementArguments) throws {
    guard !arguments.named.isEmpty else { return try bind(arguments.values) }
    for place in 1...max(1, sqlite3_bind_parameter_count(handle)) {
      guard let name = sqlite3_bind_parameter_name(handle, place).map({ String(cString: $0 + 1) }),
        let value = arguments.named[name]
      else { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "a place without a value") }
      try bind(value, at: place)
    }
  }

  private func bind(_ value: SQLValue, at place: CInt) throws {
    // SQLite copies what it is given.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let code: CInt =
      switch value {
      case .null: sqlite3_bind_null(handle, place)
      case .integer(let number): sqlite3_bind_int64(handle, place, number)
      case .real(let number): sqlite3_bind_double(handle, place, number)
      case .text(var text):
        text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) {
            sqlite3_bind_text(handle, place, $0.baseAddress ?? Self.nothing, CInt($0.count), copied)
          }
        }
      case .bytes(let data):
        data.withUnsafeBytes {
          $0.isEmpty
            ? sqlite3_bind_zeroblob(handle, place, 0)
            : sqlite3_bind_blob(handle, place, $0.baseAddress, CInt($0.count), copied)
        }
      }
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Where an empty text is read from.
  nonisolated(unsafe) private static let nothing = UnsafePointer(
    UnsafeMutablePointer<CChar>.allocate(capacity: 1))

  /// Carries it out to its end, and hands over the rows that come.
  func run(_ row: ([SQLValue]) -> Void = { _ in }) throws {
    defer { sqlite3_reset(handle) }
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: row((0..<sqlite3_column_count(handle)).map(value))
      case SQLITE_DONE: return
      case let code: throw failure(code)
      }
    }
  }

  /// Forgets what was bound, which may be large.
  func clear() { sqlite3_clear_bindings(handle) }

  var columns: ColumnNames {
    ColumnNames(
      (0..<sqlite3_column_count(handle)).map { place in
        sqlite3_column_name(handle, place).map { String(cString: $0) } ?? ""
      })
  }

  private func value(_ place: CInt) -> SQLValue {
    switch sqlite3_column_type(handle, place) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, place))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, place))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, place)
      let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, place)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      guard let start = sqlite3_column_blob(handle, place) else { return .bytes(Data()) }
      return .bytes(Data(bytes: start, count: Int(sqlite3_column_bytes(handle, place))))
    default: return .null
    }
  }

  private func failure(_ code: CInt) -> DatabaseError {
    let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
    let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
    return DatabaseError(
      resultCode: ResultCode(rawValue: extended & 0xff == code & 0xff ? extended : code), message: message)
  }
}
