import GRDB

/// A file that one process writes while others read it.
package struct SQLiteFile: DatabaseAccess {
  private let database: any DatabaseWriter

  /// 24 MiB of pages in memory, and 6,000 of them in the log.
  ///
  /// A transaction of thousands of records changes more pages than the 2 MiB that SQLite keeps without a word, and would
  /// write and read them several times; and a page that every batch changes need not go to the file each time.
  private static let room = "PRAGMA cache_size = -24576; PRAGMA wal_autocheckpoint = 6000"

  package var engine: Engine { .sqlite }

  /// Opens a file, making it where it is missing.
  ///
  /// Many readers beside one writer, or one connection that does both, which a file of another's owner needs.
  package init(_ path: String, manyReaders: Bool, readonly: Bool = false) throws {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 4
    configuration.label = "fleet"
    do {
      database =
        manyReaders
        ? try DatabasePool(path: path, configuration: configuration)
        : try DatabaseQueue(path: path, configuration: configuration)
      // What is told as stored must survive a power cut, which GRDB's default for WAL does not promise.
      if !readonly {
        try database.writeWithoutTransaction {
          try $0.execute(sql: "PRAGMA synchronous = FULL; \(Self.room)")
        }
      }
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  package func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try database.read { try body(Database(SQLiteConnection($0))) }
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  package func write<Value>(_ order: WriteOrder, _ body: (Database) throws -> Value) throws -> Value {
    do {
      return try database.write { try body(Database(SQLiteConnection($0))) }
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  package func write<Value: Sendable>(
    _ order: WriteOrder, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await database.write { try body(Database(SQLiteConnection($0))) }
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  /// Does something outside a transaction, of which SQLite has commands.
  package func withoutTransaction<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try database.writeWithoutTransaction { try body(Database(SQLiteConnection($0))) }
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  /// Changes something so that what was there before is overwritten, in the file and in the log beside it.
  package func writeOver<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA secure_delete = ON")
        defer { try? db.execute(sql: "PRAGMA secure_delete = OFF") }
        var value: Value?
        try db.inTransaction {
          value = try body(Database(SQLiteConnection(db)))
          return .commit
        }
        // The log beside the file holds the pages as they were.
        _ = try? db.checkpoint(.truncate)
        guard let value else { preconditionFailure("a transaction that ended well has a value") }
        return value
      }
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  package func migrate(_ migrations: Migrations) throws {
    do { try migrations.sqlite.migrate(database) } catch { throw SQLError.sqlite(error) }
  }

  package func applied(_ migrations: Migrations) throws -> [String] {
    do {
      let done = try database.read(migrations.sqlite.appliedIdentifiers)
      return migrations.names.filter(done.contains)
    } catch {
      throw SQLError.sqlite(error)
    }
  }

  package func isSuperseded(_ migrations: Migrations) throws -> Bool {
    do { return try database.read(migrations.sqlite.hasBeenSuperseded) } catch {
      throw SQLError.sqlite(error)
    }
  }

  package func makeParts(_ table: String, covering range: ClosedRange<Int64>) {}

  package func dropParts(_ table: String, before time: Int64) {}

  package func faults() throws -> [String] {
    try read { db in
      let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check(90)").filter { $0 != "ok" }
      let dangling = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(10).map {
        "\($0[0] as String): a row refers to a \($0[2] as String) that is not there"
      }
      return pages + dangling
    }
  }

  package func close() throws {
    do { try database.close() } catch { throw SQLError.sqlite(error) }
  }
}

extension Migrations {
  fileprivate var sqlite: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (name, step) in steps {
      migrator.registerMigration(name) { try step(Database(SQLiteConnection($0))) }
    }
    return migrator
  }
}

extension SQLError {
  /// Errors of others pass through.
  fileprivate static func sqlite(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let code: Code =
      switch error.resultCode {
      case .SQLITE_FULL: .full
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
      case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH: .permission
      case .SQLITE_CORRUPT: .damaged
      case .SQLITE_NOTADB: .foreign
      case .SQLITE_IOERR: .disk
      case .SQLITE_CONSTRAINT: .constraint
      default: .other
      }
    let number = error.extendedResultCode.rawValue
    return SQLError(code, error.message ?? "SQLite error \(number)")
  }
}
