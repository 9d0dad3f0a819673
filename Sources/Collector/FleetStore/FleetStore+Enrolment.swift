package import FleetContract
import Foundation
import SQLStore
package import Posture

extension FleetStore {
  private func transaction<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try database.write(body)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private func look<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Adds a grant; of a token only the hash of its secret.
  package func add(_ grant: EnrolmentGrant, secretHash: [UInt8]?) throws(StoreError) {
    try transaction { db in
      try db.execute(
        sql: """
          INSERT INTO enrolment_grant (id, kind, secret_hash, "group", created, expires, uses_left)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          grant.id, grant.kind.rawValue, secretHash.map { Data($0) }, grant.group, grant.created.milliseconds,
          grant.expires.milliseconds, grant.usesLeft,
        ])
      try Self.write(
        AuditEntry(.granted, at: grant.created, grant: grant.id, detail: grant.kind.rawValue), db)
    }
  }

  /// Every grant, the newest first.
  package func grants() throws(StoreError) -> [EnrolmentGrant] {
    try look { db in
      try Row.fetchAll(db, sql: "SELECT * FROM enrolment_grant ORDER BY created DESC, id").map { row in
        var grant = EnrolmentGrant(
          id: row["id"], kind: EnrolmentGrant.Kind(rawValue: row["kind"]) ?? .token, group: row["group"],
          created: WallTime(milliseconds: row["created"]), expires: WallTime(milliseconds: row["expires"]),
          usesLeft: row["uses_left"])
        grant.lastUsed = (row["last_used"] as Int64?).map { WallTime(milliseconds: $0) }
        grant.lastGateway = row["last_gateway"]
        grant.revoked = (row["revoked"] as Int64?).map { WallTime(milliseconds: $0) }
        return grant
      }
    }
  }

  /// Makes a grant worthless; `false` where there is none of that name.
  package func revokeGrant(_ id: String, at time: WallTime) throws(StoreError) -> Bool {
    try transaction { db in
      try db.execute(
        sql: "UPDATE enrolment_grant SET revoked = coalesce(revoked, ?) WHERE id = ?",
        arguments: [time.milliseconds, id])
      guard db.changesCount > 0 else { return false }
      try Self.write(AuditEntry(.grantRevoked, at: time, grant: id), db)
      return true
    }
  }

  /// Judges a credential and uses it up, in one transaction.
  package func redeem(_ redemption: Redemption) throws(StoreError) -> Redemption.Outcome {
    try transaction { db in
      let now = redemption.now.milliseconds
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM enrolment_grant WHERE id = ? AND kind = ?",
        arguments: [redemption.grant, redemption.kind.rawValue])
      let stored = (row?["secret_hash"] as Data?).map { [UInt8]($0) }
      // Compared also where there is no such grant, so that time tells nobody which names exist.
      let isRight = Self.areEqual(stored ?? [UInt8](repeating: 0, count: 32), redemption.secretHash ?? [])
      guard let row, redemption.kind == .claim || isRight else { return .unknown }
      if (row["revoked"] as Int64?) != nil { return .revoked }
      let isRevoked =
        try Bool.fetchOne(
          db, sql: "SELECT revoked IS NOT NULL FROM enrolment WHERE gateway = ?",
          arguments: [redemption.gateway.text]) ?? false
      if isRevoked { return .gatewayRevoked }
      let group: String? = row["group"]
      let isRepetition =
        (row["last_gateway"] as String?) == redemption.gateway.text
        && now - (row["last_used"] as Int64? ?? 0) < Redemption.repetition.components.seconds * 1000
      if !isRepetition, (row["expires"] as Int64) <= now { return .expired }
      // A claim counts gateways, however often and in whatever order they ask.
      let isCounted =
        try redemption.kind == .claim
        && Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM enrolment WHERE gateway = ? AND grant_id = ?)",
          arguments: [redemption.gateway.text, redemption.grant]) == true
      if !isRepetition, !isCounted {
        if (row["uses_left"] as Int) <= 0 { return .used }
        try db.execute(
          sql: """
            UPDATE enrolment_grant SET uses_left = uses_left - 1, last_used = ?, last_gateway = ? WHERE id = ?
            """, arguments: [now, redemption.gateway.text, redemption.grant])
      }
      try db.execute(
        sql: """
          INSERT INTO enrolment (gateway, "group", grant_id, enrolled) VALUES (?, ?, ?, ?)
          ON CONFLICT (gateway) DO UPDATE SET "group" = excluded."group", grant_id = excluded.grant_id
          """, arguments: [redemption.gateway.text, group, redemption.grant, now])
      try Self.move(redemption.gateway, to: group, db)
      return .accepted(group: group)
    }
  }

  /// Compares without telling by its time where two secrets differ.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Notes a certificate, so that it can be revoked; `false` where its gateway was revoked meanwhile.
  package func addCertificate(
    serial: String, of gateway: GatewayID, notAfter: Int64, _ entry: AuditEntry
  ) throws(StoreError) -> Bool {
    try transaction { db in
      let isRevoked = try Bool.fetchOne(
        db, sql: "SELECT revoked IS NOT NULL FROM enrolment WHERE gateway = ?", arguments: [gateway.text])
      guard isRevoked != true else { return false }
      try db.execute(
        sql: "INSERT INTO certificate (serial, gateway, not_after, issued) VALUES (?, ?, ?, ?)",
        arguments: [serial, gateway.text, notAfter, entry.time.milliseconds / 1000])
      try Self.write(entry, db)
      return true
    }
  }

  /// Where a gateway stands; `nil` for one that was never enrolled.
  package func enrolment(of gateway: GatewayID) throws(StoreError) -> Enrolment? {
    try look { db in
      try Row.fetchOne(db, sql: Self.enrolments + " WHERE e.gateway = ?", arguments: [gateway.text])
        .flatMap(Enrolment.init)
    }
  }

  /// Every gateway that was ever enrolled.
  package func enrolments() throws(StoreError) -> [Enrolment] {
    try look { db in
      try Row.fetchAll(db, sql: Self.enrolments + " ORDER BY e.gateway").compactMap(Enrolment.init)
    }
  }

  static let enrolments = """
    SELECT e.*, (SELECT max(not_after) FROM certificate WHERE gateway = e.gateway) AS expires FROM enrolment e
    """

  /// Revokes a gateway; `false` where it was never enrolled.
  package func revoke(_ gateway: GatewayID, reason: String?, at time: WallTime) throws(StoreError) -> Bool {
    try transaction { db in
      try db.execute(
        sql: """
          UPDATE enrolment SET revoked = coalesce(revoked, ?), reason = coalesce(reason, ?), enforced = NULL
          WHERE gateway = ?
          """, arguments: [time.milliseconds, reason, gateway.text])
      guard db.changesCount > 0 else { return false }
      try Self.recounting(gateway, db) {
        try db.execute(sql: "UPDATE gateway SET state = 'revoked' WHERE id = ?", arguments: [gateway.text])
      }
      try Self.write(AuditEntry(.revoked, at: time, gateway: gateway, detail: reason), db)
      return true
    }
  }

  /// Revoked gateways that no collector has put out yet.
  package func unenforcedRevocations(atMost limit: Int) throws(StoreError) -> [GatewayID] {
    try look { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT gateway FROM enrolment WHERE revoked IS NOT NULL AND enforced IS NULL ORDER BY gateway LIMIT ?
          """, arguments: [limit]
      ).compactMap { GatewayID($0) }
    }
  }

  /// Notes that a revoked gateway was put out.
  package func noteEnforced(_ gateway: GatewayID, at time: WallTime) throws(StoreError) {
    try transaction { db in
      try db.execute(
        sql: "UPDATE enrolment SET enforced = ? WHERE gateway = ? AND revoked IS NOT NULL",
        arguments: [time.milliseconds, gateway.text])
    }
  }

  /// The gateways that are revoked, and the serials of their certificates that have not expired.
  package func revocations(at now: Int64) throws(StoreError) -> (gateways: [GatewayID], serials: [String]) {
    try look { db in
      let gateways = try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT c.gateway FROM certificate c JOIN enrolment e ON e.gateway = c.gateway
          WHERE e.revoked IS NOT NULL AND c.not_after > ?
          """, arguments: [now])
      let serials = try String.fetchAll(
        db,
        sql: """
          SELECT serial FROM certificate c JOIN enrolment e ON e.gateway = c.gateway
          WHERE e.revoked IS NOT NULL AND c.not_after > ?
          """, arguments: [now])
      return (gateways.compactMap { GatewayID($0) }, serials)
    }
  }

  /// Writes a line of the audit.
  package func note(_ entry: AuditEntry) throws(StoreError) {
    try transaction { try Self.write(entry, $0) }
  }

  /// The newest lines of the audit, the newest first.
  package func audit(newest limit: Int) throws(StoreError) -> [AuditEntry] {
    try look { db in
      try Row.fetchAll(db, sql: "SELECT * FROM audit ORDER BY number DESC LIMIT ?", arguments: [limit])
        .compactMap { row in
          guard let event = AuditEntry.Event(rawValue: row["event"]) else { return nil }
          var entry = AuditEntry(event, at: WallTime(milliseconds: row["time"]))
          entry.gateway = row["gateway"]
          entry.grant = row["grant_id"]
          entry.source = row["source"]
          entry.detail = row["detail"]
          return entry
        }
    }
  }

  /// Strangers can cause lines, so there are at most this many; the oldest go first.
  private static let auditLimit: Int64 = 200_000

  static func write(_ entry: AuditEntry, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO audit (time, event, gateway, grant_id, source, detail) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [
        entry.time.milliseconds, entry.event.rawValue, entry.gateway, entry.grant, entry.source,
        entry.detail.map { String($0.prefix(500)) },
      ])
    try db.execute(
      sql: "DELETE FROM audit WHERE number <= ?", arguments: [db.lastInsertedRowID - auditLimit])
  }
}

extension Enrolment {
  init?(_ row: Row) {
    guard let gateway = (row["gateway"] as String?).flatMap({ GatewayID($0) }) else { return nil }
    self.init(
      gateway: gateway, group: row["group"], enrolled: WallTime(milliseconds: row["enrolled"]),
      expires: (row["expires"] as Int64?).map { WallTime(milliseconds: $0 * 1000) },
      revoked: (row["revoked"] as Int64?).map { WallTime(milliseconds: $0) }, reason: row["reason"],
      enforced: (row["enforced"] as Int64?).map { WallTime(milliseconds: $0) })
  }
}
