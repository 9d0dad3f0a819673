package import FleetContract
import Glibc
package import Posture
import SQLStore

/// Remembers gateways, their state and what they reported: in one SQLite file, or in a PostgreSQL database.
///
/// A file is written by one process, while others may read it; a database by many.
package final class FleetStore: Sendable {
  /// The path of the file, or the URI of the database.
  package let path: String
  let database: any DatabaseAccess
  let limits: StoreLimits

  private init(_ database: any DatabaseAccess, path: String, limits: StoreLimits) {
    self.database = database
    self.path = path
    self.limits = limits
  }

  /// The name of the file in its state directory.
  package static let fileName = "fleet.sqlite"

  /// A Boolean value indicating whether other collectors may write here at the same time.
  package var isShared: Bool { database.engine == .postgresql }

  /// Whether a place is that of a PostgreSQL database, and not of a file.
  package static func isDatabase(_ place: String) -> Bool { PostgresLocation.isOne(place) }

  /// What is wrong with the URI of a database; `nil` where nothing is.
  package static func problem(ofDatabase uri: String) -> String? {
    do throws(SQLError) {
      _ = try PostgresLocation(uri)
      return nil
    } catch {
      return error.message
    }
  }

  /// Opens the store to write, making or upgrading it as needed.
  package static func open(
    _ path: String, limits: StoreLimits = StoreLimits()
  ) throws(StoreError) -> FleetStore {
    do {
      let database = try access(path, manyReaders: true)
      try refuseNewer(database, path)
      try database.migrate(Schema.migrator)
      try makeParts(database, at: now())
      return FleetStore(database, path: path, limits: limits)
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Opens an existing store to read, also while another process writes it.
  package static func openToRead(_ path: String) throws(StoreError) -> FleetStore {
    do {
      try demand(path)
      let database = try access(path, manyReaders: false, readonly: true)
      try refuseNewer(database, path)
      guard try database.applied(Schema.migrator) == Schema.migrator.names else {
        throw StoreError(.missing, path: path, "the store is not finished or of an older version")
      }
      return FleetStore(database, path: path, limits: StoreLimits())
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Opens an existing store beside the collector that writes it, to leave commands there.
  package static func openToCommand(_ path: String) throws(StoreError) -> FleetStore {
    // What is missing, foreign or of another version is told as it is to a reader.
    _ = try openToRead(path)
    do {
      return FleetStore(try access(path, manyReaders: false), path: path, limits: StoreLimits())
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private static func access(
    _ path: String, manyReaders: Bool, readonly: Bool = false
  ) throws -> any DatabaseAccess {
    if PostgresLocation.isOne(path) {
      return try PostgresServer(PostgresLocation(path), schema: Schema.postgres)
    }
    return try SQLiteFile(path, manyReaders: manyReaders, readonly: readonly)
  }

  /// A file has to be there; whether a database is, its server knows.
  private static func demand(_ path: String) throws(StoreError) {
    guard !PostgresLocation.isOne(path), Glibc.access(path, R_OK) != 0 else { return }
    throw errno == ENOENT
      ? StoreError(.missing, path: path, "there is no store yet")
      : StoreError(.permission, path: path, String(cString: strerror(errno)))
  }

  /// Milliseconds since 1970 by this machine's clock.
  private static func now() -> Int64 { Int64(time(nil)) * 1000 }

  /// Makes room for what is received from a week ago until two weeks ahead.
  private static func makeParts(_ database: any DatabaseAccess, at now: Int64) throws {
    let week: Int64 = 7 * 86_400_000
    for table in ["event", "posture", "sighting"] {
      try database.makeParts(table, covering: (now - week)...(now + 2 * week))
    }
  }

  /// Makes room in time for what is still to come.
  func makeParts(at time: WallTime) throws { try Self.makeParts(database, at: time.milliseconds) }

  private static func refuseNewer(_ database: any DatabaseAccess, _ path: String) throws {
    guard try database.isSuperseded(Schema.migrator) else { return }
    throw StoreError(.foreign, path: path, "the store was made by a newer version")
  }

  /// Notes that a collector starts and returns the run's number, from 1.
  package func beginRun(at time: WallTime) throws(StoreError) -> Int64 {
    do {
      return try database.write { db in
        try db.execute(sql: "INSERT INTO run (started) VALUES (?)", arguments: [time.milliseconds])
        let number = db.lastInsertedRowID
        try db.execute(sql: "DELETE FROM run WHERE number < ?", arguments: [number - 1000])
        return number
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Stores a batch in one transaction and returns what each gateway may now be told.
  package func commit(_ batch: Batch) async throws(StoreError) -> [GatewayID: AckBody] {
    try await commit(batch, telling: []).acknowledgements
  }

  /// Stores a batch in one transaction, and says also what in it is new of gateways of some groups.
  package func commit(_ batch: Batch, telling groups: Set<String>) async throws(StoreError) -> StoredBatch {
    let limits = limits
    var attempts = 0
    while true {
      do {
        return try await database.write(.records) { db in
          var writer = BatchWriter(db, limits, telling: groups)
          try writer.begin(batch.arrivals)
          for arrival in batch.arrivals { try writer.store(arrival) }
          try writer.keep(batch.setAside)
          return StoredBatch(acknowledgements: try writer.finish(), news: writer.news)
        }
      } catch let error as SQLError where error.code == .conflict && attempts < 5 {
        // Another collector was faster with the same gateways; nothing of ours is stored yet.
        attempts += 1
      } catch {
        throw StoreError(error, path: path)
      }
    }
  }

  /// Forgets history beyond the limits, and what is older than `time`.
  package func prune(before time: WallTime) async throws(StoreError) {
    let keep = limits.historyPerGateway
    do {
      for table in ["event", "posture"] {
        try database.dropParts(table, before: time.milliseconds)
      }
      try await database.write { db in
        for table in ["event", "posture"] {
          try db.execute(
            sql: "DELETE FROM \(table) WHERE received < ?", arguments: [time.milliseconds])
          let full = try String.fetchAll(
            db, sql: "SELECT gateway FROM \(table) GROUP BY gateway HAVING count(*) > ?", arguments: [keep])
          for gateway in full {
            try db.execute(
              sql: """
                DELETE FROM \(table) WHERE gateway = ?1 AND seq < (
                  SELECT seq FROM \(table) WHERE gateway = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)
                """, arguments: [gateway, keep - 1])
          }
        }
        try db.execute(sql: "DELETE FROM command WHERE expires < ?", arguments: [time.milliseconds])
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
