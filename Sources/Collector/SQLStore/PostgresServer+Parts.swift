extension PostgresServer {
  /// Milliseconds of a part: seven days, counted from 1970.
  private static let length: Int64 = 7 * 86_400_000
  /// How many parts are made at once at most; what lies farther away goes to the rest.
  private static let mostParts: Int64 = 600

  /// Makes the parts of a divided table for a range of times in milliseconds, where they are missing.
  ///
  /// A part of whose time rows lie in the rest already is not made: they stay there.
  package func makeParts(_ table: String, covering range: ClosedRange<Int64>) throws {
    guard let column = schema.tables[table]?.divided else { return }
    let last = range.upperBound.floored(by: Self.length)
    let wanted = max(range.lowerBound.floored(by: Self.length), last - Self.mostParts + 1)...last
    let there = Set(try read { db in try Self.parts(table, db) })
    let missing = wanted.filter { !there.contains($0) }
    guard !missing.isEmpty else { return }
    try write(.exclusive) { db in
      let there = Set(try Self.parts(table, db))
      for number in missing where !there.contains(number) {
        let (start, end) = (number * Self.length, (number + 1) * Self.length)
        let isTaken = try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM \(table)_rest WHERE \(column) >= ? AND \(column) < ?)",
          arguments: [start, end])
        if isTaken == true { continue }
        try db.execute(
          sql:
            "CREATE TABLE \(table)_week_\(number) PARTITION OF \(table) FOR VALUES FROM (\(start)) TO (\(end))"
        )
      }
    }
  }

  /// Drops the parts of a divided table that end before a time, whole.
  package func dropParts(_ table: String, before time: Int64) throws {
    guard schema.tables[table]?.divided != nil else { return }
    func old(_ db: Database) throws -> [Int64] {
      try Self.parts(table, db).filter { ($0 + 1) * Self.length <= time }
    }
    guard try !read(old).isEmpty else { return }
    try write(.exclusive) { db in
      for number in try old(db) { try db.execute(sql: "DROP TABLE \(table)_week_\(number)") }
    }
  }

  private static func parts(_ table: String, _ db: Database) throws -> [Int64] {
    let prefix = "\(table)_week_"
    return try String.fetchAll(
      db,
      sql: """
        SELECT c.relname::text FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass(quote_ident(?))
        """, arguments: [table]
    ).filter { $0.hasPrefix(prefix) }.compactMap { Int64($0.dropFirst(prefix.count)) }
  }
}

extension Int64 {
  /// Divided, towards the past.
  fileprivate func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
