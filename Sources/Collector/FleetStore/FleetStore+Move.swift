import Foundation
import SQLStore

extension FleetStore {
  /// Copies everything of one moment into a place where no store is, of either engine; returns the rows by table.
  ///
  /// All of it is there at the end or nothing: before the copy is made to last it is read back, and every table has to
  /// have the same number of rows and the same sum over all of their bytes.
  package func copy(to place: String) throws(StoreError) -> [String: Int] {
    do {
      let target = try Self.fresh(place)
      try target.migrate(Schema.migrator)
      for (table, column) in [("event", "received"), ("posture", "received"), ("sighting", "time")] {
        let (first, last) = try database.read { db in
          let range = try Row.fetchOne(db, sql: "SELECT min(\(column)), max(\(column)) FROM \(table)")
          return (range?[0] as Int64?, range?[1] as Int64?)
        }
        if let first, let last { try target.makeParts(table, covering: first...last) }
      }
      let rows = try target.write(.exclusive) { new in
        try database.read { old in try Self.copy(old, to: new) }
      }
      if let file = target as? SQLiteFile { try file.close() }
      return rows
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(error, path: place)
    }
  }

  private static func copy(_ old: Database, to new: Database) throws -> [String: Int] {
    // Rows may come before what they refer to; at the end everything has to be there.
    try new.execute(sql: new.engine.deferReferences)
    var sums: [String: TableSum] = [:]
    for table in try tables(old) {
      let columns = try old.columns(in: table)
      let places = columns.map { _ in "?" }.joined(separator: ",")
      let insert = "INSERT INTO \"\(table)\" (\(names(columns))) VALUES (\(places))"
      sums[table] = try sum(of: table, columns, old) { row in
        try new.cachedStatement(sql: insert).execute(arguments: StatementArguments(row))
      }
    }
    for (table, before) in sums {
      let after = try sum(of: table, try old.columns(in: table), new) { _ in }
      guard before == after else {
        throw SQLError(.other, "\(table) is not the same after it was copied, so nothing is")
      }
    }
    try continueNumbers(new)
    return sums.mapValues(\.rows)
  }

  private static func sum(
    of table: String, _ columns: [String], _ db: Database, _ take: ([SQLValue]) throws -> Void
  ) throws -> TableSum {
    var sum = TableSum()
    let rows = try Row.fetchCursor(db, sql: "SELECT \(names(columns)) FROM \"\(table)\"")
    while let row = try rows.next() {
      let values = columns.indices.map { row[$0] as SQLValue }
      sum.add(values)
      try take(values)
    }
    return sum
  }

  private static func names(_ columns: [String]) -> String {
    columns.map { "\"\($0)\"" }.joined(separator: ",")
  }

  /// A place where no store is: a new file, or a database in which none was made or nothing is stored.
  static func fresh(_ place: String) throws -> any DatabaseAccess {
    guard PostgresLocation.isOne(place) else {
      guard access(place, F_OK) != 0 else {
        throw StoreError(.foreign, path: place, "the file is there already")
      }
      return try SQLiteFile(place, manyReaders: false)
    }
    let server = try PostgresServer(PostgresLocation(place), schema: Schema.postgres)
    guard try server.discardEmpty() else {
      throw StoreError(.foreign, path: place, "the database holds a store already")
    }
    return server
  }

  /// Has tables number new rows above those that they were given.
  static func continueNumbers(_ db: Database) throws {
    for table in try tables(db) where try db.columns(in: table).contains("number") {
      if let sql = db.engine.continueNumbers(of: table) { try db.execute(sql: sql) }
    }
  }
}

/// What a table holds, whatever the order of its rows.
private struct TableSum: Equatable {
  var rows = 0
  private var sum: UInt64 = 0

  /// Adds a row's FNV-1a (64 bits), so that every byte of every row counts.
  mutating func add(_ values: [SQLValue]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
    for value in values {
      switch value {
      case .null: take([0])
      case .integer(let number): take([1] + withUnsafeBytes(of: number.littleEndian) { Array($0) })
      case .real(let number): take([2] + withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) })
      case .text(let text): take([3] + Array(text.utf8) + [0])
      case .bytes(let data): take([4] + withUnsafeBytes(of: data.count.littleEndian) { Array($0) } + data)
      }
    }
    rows += 1
    sum &+= hash
  }
}
