import BrokerFixture
import FleetStore
import Foundation
import SQLStore

/// Fills a new store, of either engine, with a fleet that nobody has: whole tables at once, with what is derived.
///
/// What follows from something else is written as ``FleetStore/check()`` wants it, so a small world can be checked.
struct World {
  /// A file, or the URI of a database.
  let place: String
  let gateways: Int
  let findingsEach: Int

  /// Gateways that are written in one transaction.
  private static let part = 20_000

  func run() throws {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    _ = try FleetStore.open(place)
    let database = try WorldPlace(place)
    try database.prepare()
    let indexes = try database.dropIndexes(of: [
      "gateway", "finding", "finding_step", "device", "device_name", "joined_service",
    ])
    var first = 0
    while first < gateways {
      let last = min(gateways, first + Self.part) - 1
      let sql = WorldSQL(first: first, last: last, findingsEach: findingsEach, now: now)
      try database.write { db in for statement in sql.parts { try db.execute(sql: statement) } }
      print("\(last + 1) gateways at \(Self.clock)")
      first = last + 1
    }
    print("making indexes at \(Self.clock)")
    for index in indexes { try database.write { try $0.execute(sql: index) } }
    print("counting at \(Self.clock)")
    for statement in WorldSQL.counts { try database.write { try $0.execute(sql: statement) } }
    try database.finish()
    print("ready at \(Self.clock)")
  }

  private static var clock: String { String(Date().description.dropFirst(11).prefix(8)) }
}

/// The database behind a store, to which whole tables are written.
struct WorldPlace {
  let place: String
  private let access: any DatabaseAccess

  init(_ place: String) throws {
    self.place = place
    access =
      PostgresLocation.isOne(place)
      ? try PostgresServer(PostgresLocation(place), schema: PostgresSchema(tables: [:]))
      : try SQLiteFile(place, manyReaders: false)
  }

  func write(_ body: (Database) throws -> Void) throws {
    try access.write { db in
      // Compiling statements as long as these takes longer than they do.
      if db.engine == .postgresql { try db.execute(sql: "SET LOCAL jit = off") }
      try body(db)
    }
  }

  /// Nothing of it has to outlive a power cut.
  func prepare() throws {
    guard let file = access as? SQLiteFile else { return }
    try file.withoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = OFF")
      try db.execute(sql: "PRAGMA cache_size = -400000")
    }
  }

  /// Drops what can be made faster at the end, and returns what makes it.
  func dropIndexes(of tables: [String]) throws -> [String] {
    let list = tables.map { "'\($0)'" }.joined(separator: ", ")
    var made: [String] = []
    try access.write { db in
      let rows = try Row.fetchAll(
        db,
        sql: access.engine == .sqlite
          ? "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (\(list))"
          : """
          SELECT indexname::text AS name, indexdef::text AS sql FROM pg_indexes
          WHERE schemaname = 'kadomori' AND tablename IN (\(list)) AND indexdef NOT LIKE 'CREATE UNIQUE%'
          """)
      for row in rows {
        made.append(row["sql"])
        try db.execute(sql: "DROP INDEX \(row["name"] as String)")
      }
    }
    return made
  }

  /// Leaves it as a server that has run for a while has it.
  func finish() throws {
    if let file = access as? SQLiteFile {
      try file.withoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      return try file.close()
    }
    let status = try ChildProgram("psql", ["-X", "-q", "-c", "VACUUM ANALYZE", place]).wait()
    if status != 0 { print("psql could not VACUUM: \(status)") }
  }
}
