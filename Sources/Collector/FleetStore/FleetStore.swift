package import FleetContract
import GRDB
import Glibc
package import Posture

/// Remembers gateways, their state and what they reported: one SQLite file.
///
/// One process writes; others may read the same file at the same time.
package final class FleetStore: Sendable {
  package let path: String
  let database: any DatabaseWriter
  let limits: StoreLimits

  private init(_ database: any DatabaseWriter, path: String, limits: StoreLimits) {
    self.database = database
    self.path = path
    self.limits = limits
  }

  /// The name of the file in its state directory.
  package static let fileName = "fleet.sqlite"

  /// Opens the store to write, making or upgrading it as needed.
  package static func open(
    _ path: String, limits: StoreLimits = StoreLimits()
  ) throws(StoreError) -> FleetStore {
    do {
      let pool = try DatabasePool(path: path, configuration: configuration(readonly: false))
      // An acknowledged record must survive a power cut, which GRDB's default for WAL does not promise.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try refuseNewer(pool, path)
      try Schema.migrator.migrate(pool)
      return FleetStore(pool, path: path, limits: limits)
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Opens an existing store to read, also while another process writes it.
  package static func openToRead(_ path: String) throws(StoreError) -> FleetStore {
    guard access(path, R_OK) == 0 else {
      throw errno == ENOENT
        ? StoreError(.missing, path: path, "there is no store yet")
        : StoreError(.permission, path: path, String(cString: strerror(errno)))
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
      try refuseNewer(queue, path)
      guard try queue.read(Schema.migrator.hasCompletedMigrations) else {
        throw StoreError(.missing, path: path, "the store is not finished or of an older version")
      }
      return FleetStore(queue, path: path, limits: StoreLimits())
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
      let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: false))
      // A number that was given must never be given again.
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      return FleetStore(queue, path: path, limits: StoreLimits())
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private static func configuration(readonly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 4
    configuration.label = "fleet"
    return configuration
  }

  private static func refuseNewer(_ database: any DatabaseReader, _ path: String) throws {
    guard try database.read(Schema.migrator.hasBeenSuperseded) else { return }
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
    let limits = limits
    do {
      return try await database.write { db in
        var writer = BatchWriter(db, limits)
        for arrival in batch.arrivals { try writer.store(arrival) }
        try writer.keep(batch.setAside)
        return try writer.finish()
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Forgets history beyond the limits, and what is older than `time`.
  package func prune(before time: WallTime) async throws(StoreError) {
    let keep = limits.historyPerGateway
    do {
      try await database.write { db in
        for table in ["event", "posture"] {
          try db.execute(
            sql: "DELETE FROM \(table) WHERE received < ?", arguments: [time.milliseconds])
          try db.execute(
            sql: """
              DELETE FROM \(table) AS old WHERE seq < (
                SELECT seq FROM \(table) WHERE gateway = old.gateway ORDER BY seq DESC LIMIT 1 OFFSET ?)
              """, arguments: [keep - 1])
        }
        try db.execute(sql: "DELETE FROM command WHERE expires < ?", arguments: [time.milliseconds])
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
