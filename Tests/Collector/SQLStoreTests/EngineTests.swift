import BrokerFixture
import Foundation
import PostgresFixture
import SQLStore
import Testing

@Suite struct `Both engines` {
  enum Kind: CaseIterable { case sqlite, postgresql }

  static func open(_ kind: Kind, _ directory: TemporaryDirectory) throws -> any DatabaseAccess {
    let access: any DatabaseAccess =
      switch kind {
      case .sqlite: try SQLiteFile(directory.path + "/file.sqlite", manyReaders: true)
      case .postgresql:
        try PostgresServer(
          PostgresLocation(try PostgresFixture.shared.get().database()),
          schema: PostgresSchema(tables: ["grown": .init(divided: "time", key: ["name", "seq", "time"])]))
      }
    try access.migrate(steps)
    return access
  }

  static var steps: Migrations {
    var steps = Migrations()
    steps.registerMigration("1 first") { db in
      try db.execute(
        sql: """
          -- Things; with a comment.
          CREATE TABLE thing (
            name TEXT PRIMARY KEY, size INTEGER, weight REAL, body BLOB
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE line (number INTEGER PRIMARY KEY AUTOINCREMENT, thing TEXT REFERENCES thing (name)) STRICT;
          CREATE TABLE grown (
            name TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (name, seq)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    return steps
  }

  @Test(arguments: Kind.allCases)
  func `keep every kind of value as it was`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let access = try Self.open(kind, directory)
    let body = Data((0...255).map { UInt8($0) })
    try access.write { db in
      try db.execute(
        sql: "INSERT INTO thing VALUES (?, ?, ?, ?)", arguments: ["戸 'x' \\ ?", Int64.min, 0.1, body])
      try db.execute(
        sql: "INSERT INTO thing (name, size) VALUES (:a, :b)", arguments: ["b": nil, "a": "empty"])
    }
    try access.read { db in
      let row = try #require(try Row.fetchOne(db, sql: "SELECT * FROM thing WHERE size IS NOT NULL"))
      #expect(row["name"] == "戸 'x' \\ ?")
      #expect(row["size"] == Int64.min)
      #expect(row["weight"] == 0.1)
      #expect(row["body"] == body)
      #expect(try Int.fetchOne(db, sql: "SELECT size FROM thing WHERE name = ?", arguments: ["empty"]) == nil)
      #expect(try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM thing)") == true)
      #expect(try db.columns(in: "thing") == ["name", "size", "weight", "body"])
      #expect(try db.columns(in: "nothing") == [])
      #expect(try String.fetchAll(db, sql: db.engine.tables) == ["grown", "line", "thing"])
    }
  }

  @Test(arguments: Kind.allCases)
  func `count what changed, and number new rows`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let access = try Self.open(kind, directory)
    try access.write { db in
      for name in ["a", "b", "a"] {
        try db.execute(
          sql: "INSERT INTO thing (name, size) VALUES (?1, ?2) ON CONFLICT DO NOTHING", arguments: [name, 1])
        let isNew = db.changesCount > 0
        if name == "b" { #expect(isNew) }
      }
      #expect(db.changesCount == 0)
      try db.execute(sql: "UPDATE thing SET size = max(size, ?)", arguments: [5_000_000_000])
      #expect(db.changesCount == 2)
      try db.execute(sql: "INSERT INTO line (thing) VALUES (?)", arguments: ["a"])
      let first = db.lastInsertedRowID
      try db.execute(sql: "INSERT INTO line (thing) VALUES (?)", arguments: ["b"])
      #expect(db.lastInsertedRowID == first + 1)
    }
  }

  @Test(arguments: Kind.allCases)
  func `take many rows in one statement, and find many`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let access = try Self.open(kind, directory)
    let names = ["", "戸 'x' \\ \"?\" {a,b} NULL", "plain"]
    var things = RowList(.text, .integer)
    for name in names { things.append(name, name.isEmpty ? nil : Int64.min) }
    try access.write { db in
      let sql = """
        INSERT INTO thing (name, size) \(db.engine.values(things.columns)) ON CONFLICT (name) DO UPDATE SET size = 7
        """
      try db.execute(sql: sql, rows: RowList(.text, .integer))
      try db.execute(sql: sql, rows: things)
      var again = RowList(.text, .integer)
      again.append("plain", 1)
      try db.execute(sql: sql, rows: again)
    }
    try access.read { db in
      var keys = RowList(.text, .integer)
      for name in names + ["nobody"] { keys.append(name, 3) }
      let table = db.engine.table("k", ["name": .text, "number": .integer])
      let rows = try Row.fetchAll(
        db, sql: "SELECT t.name, t.size, k.number FROM \(table) JOIN thing AS t ON t.name = k.name",
        rows: keys)
      let found = Dictionary(rows.map { ($0["name"] as String, $0["size"] as Int64?) }) { first, _ in first }
      #expect(found == [names[0]: nil, names[1]: Int64.min, names[2]: 7])
      #expect(rows.allSatisfy { $0["number"] == 3 })
      #expect(try Row.fetchAll(db, sql: "SELECT \(table)", rows: RowList(.text, .integer)).isEmpty)
    }
    // One that is refused takes the others with it.
    let error = #expect(throws: SQLError.self) {
      try access.write { db in
        var lines = RowList(.text)
        for name in ["plain", "nobody"] { lines.append(name) }
        try db.execute(sql: "INSERT INTO line (thing) \(db.engine.values(lines.columns))", rows: lines)
      }
    }
    #expect(error?.code == .constraint)
    #expect(try access.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM line") } == 0)
  }

  @Test(arguments: Kind.allCases)
  func `take everything back where one statement is refused, and go on`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let access = try Self.open(kind, directory)
    let error = #expect(throws: SQLError.self) {
      try access.write { db in
        try db.execute(sql: "INSERT INTO thing (name) VALUES (?)", arguments: ["a"])
        try db.execute(sql: "INSERT INTO line (thing) VALUES (?)", arguments: ["nobody"])
      }
    }
    #expect(error?.code == .constraint)
    try access.write { db in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM thing") == 0)
      try db.execute(sql: "INSERT INTO thing (name) VALUES (?)", arguments: ["a"])
    }
    #expect(throws: SQLError.self) { try access.read { try $0.execute(sql: "DELETE FROM thing") } }
    #expect(try access.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM thing") } == 1)
  }

  @Test(arguments: Kind.allCases)
  func `read long results while other statements run`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let access = try Self.open(kind, directory)
    try access.write { db in
      for number in 0..<1700 {
        try db.cachedStatement(sql: "INSERT INTO grown VALUES (?, ?, ?)")
          .execute(arguments: ["g\(number % 3)", number, number * 1_000_000])
      }
    }
    try access.read { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT seq FROM grown WHERE seq >= ? ORDER BY seq", arguments: [1])
      var next = 1
      while let row = try rows.next() {
        #expect(row["seq"] == next)
        if next % 400 == 0 {
          #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM grown") == 1700)
        }
        next += 1
      }
      #expect(next == 1700)
    }
  }

  @Test(arguments: Kind.allCases)
  func `say which steps were taken, and know a newer program's store`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let access = try Self.open(kind, directory)
    var more = Self.steps
    more.registerMigration("2 second") { try $0.execute(sql: "ALTER TABLE thing ADD COLUMN extra TEXT") }
    #expect(try access.applied(more) == ["1 first"])
    try access.migrate(more)
    #expect(try access.applied(more) == ["1 first", "2 second"])
    #expect(try access.isSuperseded(Self.steps))
    #expect(try !access.isSuperseded(more))
    #expect(try access.faults() == [])
  }
}

@Suite struct `PostgreSQL` {
  @Test func `is prepared once by many that start at the same time`() async throws {
    let uri = try PostgresFixture.shared.get().database()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let access = try PostgresServer(PostgresLocation(uri), schema: PostgresSchema(tables: [:]))
          try access.migrate(`Both engines`.steps)
          try access.write { try $0.execute(sql: "INSERT INTO line (thing) VALUES (NULL)") }
        }
      }
      try await group.waitForAll()
    }
    let access = try PostgresServer(PostgresLocation(uri), schema: PostgresSchema(tables: [:]))
    #expect(try access.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM line") } == 6)
  }

  @Test func `is used again when it comes back after a crash`() throws {
    let server = try PostgresFixture()
    let access = try PostgresServer(
      PostgresLocation(try server.database()), schema: PostgresSchema(tables: [:]))
    try access.migrate(`Both engines`.steps)
    try access.write { try $0.execute(sql: "INSERT INTO line (thing) VALUES (NULL)") }
    try server.crash()
    let error = #expect(throws: SQLError.self) {
      try access.write { try $0.execute(sql: "INSERT INTO line (thing) VALUES (NULL)") }
    }
    #expect(error?.code == .unreachable)
    try server.start()
    try access.write { try $0.execute(sql: "INSERT INTO line (thing) VALUES (NULL)") }
    #expect(try access.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM line") } == 2)
  }

  @Test func `is not named together with a password`() throws {
    for uri in ["postgresql://u:secret@h/d", "postgresql://u@h/d?password=secret"] {
      let error = #expect(throws: SQLError.self) { try PostgresLocation(uri) }
      #expect(error?.message.contains("passfile") == true)
      #expect(error?.message.contains("secret") == false)
    }
    #expect(throws: SQLError.self) { try PostgresLocation("postgresql://h/d?nonsense=1") }
  }

  @Test func `says why it lets nobody in`() throws {
    let server = try PostgresFixture.shared.get()
    func code(_ uri: String) throws -> SQLError.Code? {
      let location = try PostgresLocation(uri)
      return #expect(throws: SQLError.self) {
        try PostgresServer(location, schema: PostgresSchema(tables: [:]))
      }?.code
    }
    #expect(try code(server.uri("nothing")) == .foreign)
    #expect(
      try code(server.uri("postgres").replacingOccurrences(of: "kadomori@", with: "nobody@")) == .permission)
    #expect(try code("postgresql:///d?host=/nowhere") == .unreachable)
  }
}
