package import FleetContract
import SQLStore
package import Posture

extension FleetStore {
  /// Erases all that is stored of a gateway, and of whose address it had; what it still sends is not taken any more.
  ///
  /// What stays is that a gateway of this name was erased and, where it had enrolled, that it is revoked and the serials
  /// of its certificates: without these it would be let in again. In an SQLite file the bytes are overwritten; a
  /// PostgreSQL server keeps them in its files until they are used again (VACUUM) and in its archive of logs. Returns
  /// `false` where nothing was known of it.
  package func erase(_ gateway: GatewayID, by: String, at now: WallTime) throws(StoreError) -> Bool {
    do {
      if let file = database as? SQLiteFile {
        return try file.writeOver { try Self.erase(gateway, by, now, $0) }
      }
      // Beside records that come in, one of the gateway's might be stored after it was erased.
      return try database.write(.exclusive) { try Self.erase(gateway, by, now, $0) }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private static func erase(_ gateway: GatewayID, _ by: String, _ now: WallTime, _ db: Database) throws
    -> Bool
  {
    let name = gateway.text
    var isKnown = false
    func delete(_ sql: String) throws {
      try db.execute(sql: sql, arguments: ["name": name])
      if db.changesCount > 0 { isKnown = true }
    }
    var standings = Standings(db)
    try standings.tally(gateway, -1)
    try standings.finish()
    try doubtTopics(of: gateway, db)
    for table in ["sighting", "tenure", "command", "joined_service", "contact"] {
      try delete("DELETE FROM \(table) WHERE gateway = :name")
    }
    try delete(
      "DELETE FROM set_aside WHERE topic LIKE '%' || :name || '%' OR \(db.engine.holds("payload", ":name"))")
    // Everything else that is of a gateway refers to its row, and goes with it.
    try delete("DELETE FROM gateway WHERE id = :name")
    try delete("UPDATE audit SET source = NULL, detail = NULL, grant_id = NULL WHERE gateway = :name")
    try delete("UPDATE enrolment_grant SET last_gateway = NULL WHERE last_gateway = :name")
    try db.execute(
      sql: """
        UPDATE enrolment SET revoked = coalesce(revoked, ?), reason = 'erased', enforced = NULL, "group" = NULL,
          grant_id = NULL WHERE gateway = ?
        """, arguments: [now.milliseconds, name])
    if db.changesCount > 0 { isKnown = true }
    guard isKnown else { return false }
    try db.execute(
      sql: "INSERT INTO erased VALUES (?, ?) ON CONFLICT (gateway) DO UPDATE SET time = excluded.time",
      arguments: [name, now.milliseconds])
    try write(AuditEntry(.erased, at: now, gateway: gateway, detail: "by \(by)"), db)
    return true
  }
}

/// The table of what was erased.
enum ErasureSchema {
  static let version9 = """
    -- Gateways of which nothing may be stored any more.
    CREATE TABLE erased (gateway TEXT PRIMARY KEY, time INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """
}
