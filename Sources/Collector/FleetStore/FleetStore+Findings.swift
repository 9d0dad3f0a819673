import Addresses
package import Casework
package import FleetContract
import FoundationEssentials
import SQLStore
package import Posture
import Sightings

extension FleetStore {
  /// Hands over the findings that are asked for, in the order of gateways and ids.
  package func findings(
    _ query: FindingQuery = FindingQuery(), _ take: (FindingRecord) throws -> Void
  ) throws(StoreError) {
    try view { db in try Self.findings(query, db, take) }
  }

  static func findings(
    _ query: FindingQuery, _ db: Database, _ take: (FindingRecord) throws -> Void
  ) throws {
    var conditions = ["true"]
    var arguments = StatementArguments()
    if let gateway = query.gateway {
      conditions.append("f.gateway = ?")
      arguments += [gateway.text]
    }
    if let id = query.id {
      conditions.append("f.id = ?")
      arguments += [id]
    }
    if let groups = query.groups {
      conditions.append("e.\"group\" IN (\(db.engine.list("?")))")
      arguments += [try BatchMemory.list(groups)]
    }
    let sql = """
      SELECT f.gateway, f.id, f.is_open, f.facts, e."group", d.kind AS device_kind, c.kind AS decision, c.by, c.reason, c.made, c.until,
        c.severity AS decision_severity
      FROM finding AS f LEFT JOIN enrolment AS e ON e.gateway = f.gateway
        LEFT JOIN device AS d ON d.gateway = f.gateway AND d.id = f.device
        LEFT JOIN finding_decision AS c ON c.gateway = f.gateway AND c.finding = f.id
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY f.gateway, f.id
      """
    let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
    let decoder = JSONDecoder()
    while let row = try rows.next() {
      guard let gateway = GatewayID(row["gateway"] as String),
        let finding = try? decoder.decode(Finding.self, from: Data((row["facts"] as String).utf8))
      else { continue }
      let steps = try Self.steps(of: finding.id, at: gateway, db)
      let looks = try Self.looks(
        at: finding.service, expecting: finding.evidence.protocol?.rawValue, of: gateway, db)
      try take(
        FindingRecord(
          gateway: gateway, group: row["group"], finding: finding,
          kind: (row["device_kind"] as String?).flatMap(DeviceKind.init), isOpen: row["is_open"],
          life: FindingCase(steps, outside: looks), steps: steps,
          decision: Decision(row)))
    }
  }

  static func steps(of finding: String, at gateway: GatewayID, _ db: Database) throws -> [CaseStep] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM finding_step WHERE gateway = ? AND finding = ? ORDER BY number"),
      arguments: [gateway.text, finding]
    ).compactMap { row in
      CaseStep.Kind(rawValue: row["step"]).map {
        CaseStep($0, at: WallTime(milliseconds: row["time"]), by: row["by"], detail: row["detail"])
      }
    }
  }

  /// Looks from outside at a finding's port, but for those that heard another protocol there: on the outside another
  /// device may have the same number.
  static func looks(
    at port: Port?, expecting expected: String?, of gateway: GatewayID, _ db: Database
  ) throws -> [OutsideLook] {
    guard let port else { return [] }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT time, state FROM sighting WHERE gateway = ? AND transport = ? AND port = ?
            AND (protocol IS NULL OR protocol = 'unknown' OR CAST(? AS TEXT) IS NULL OR protocol = ?)
          """),
      arguments: [gateway.text, port.transport.rawValue, Int64(port.number), expected, expected]
    ).map { OutsideLook(isOpen: $0["state"] == "open", at: WallTime(milliseconds: $0["time"])) }
  }

  /// Notes what somebody did about a finding; `false` where it is not known.
  package func note(_ step: CaseStep, of finding: String, at gateway: GatewayID) throws(StoreError) -> Bool {
    let limits = limits
    return try change { db in
      guard try Self.isKnown(finding, gateway, db) else { return false }
      try Self.write(step, of: finding, at: gateway, limits, db)
      var standings = Standings(db)
      standings.stepped(step, in: try Self.group(of: gateway, db))
      try standings.settle(finding, of: gateway)
      try standings.finish()
      return true
    }
  }

  static func write(
    _ step: CaseStep, of finding: String, at gateway: GatewayID, isFirst: Bool = false, _ limits: StoreLimits,
    _ db: Database
  ) throws {
    try db.cachedStatement(
      sql: "INSERT INTO finding_step (gateway, finding, step, time, by, detail) VALUES (?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      gateway.text, finding, step.kind.rawValue, step.time.milliseconds, step.by, step.detail,
    ])
    if isFirst { return }
    // One that flaps for years keeps when it began, and its latest steps.
    try db.cachedStatement(
      sql: """
        DELETE FROM finding_step WHERE gateway = ?1 AND finding = ?2
          AND number < (SELECT number FROM finding_step WHERE gateway = ?1 AND finding = ?2
            ORDER BY number DESC LIMIT 1 OFFSET ?3)
          AND number > (SELECT min(number) FROM finding_step WHERE gateway = ?1 AND finding = ?2)
        """
    ).execute(arguments: [gateway.text, finding, limits.stepsPerFinding - 2])
  }

  /// Accepts or mutes a finding, or with `nil` takes that back, and writes it to the audit; `false` where the finding
  /// is not known.
  package func decide(
    _ decision: Decision?, on finding: String, at gateway: GatewayID, by: String, now: WallTime
  ) throws(StoreError) -> Bool {
    try change { db in
      guard try Self.isKnown(finding, gateway, db) else { return false }
      try db.execute(
        sql: "DELETE FROM finding_decision WHERE gateway = ? AND finding = ?",
        arguments: [gateway.text, finding])
      var detail = "\(finding): reopened by \(by)"
      if let decision {
        try db.execute(
          sql: "INSERT INTO finding_decision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            gateway.text, finding, decision.kind.rawValue, decision.by, decision.reason,
            decision.made.milliseconds, decision.until.milliseconds, decision.severity.rawValue,
          ])
        detail =
          "\(finding): \(decision.kind.rawValue) by \(decision.by) until \(decision.until): \(decision.reason)"
      }
      try Self.noteQuiet(finding, of: gateway, db)
      try Self.write(AuditEntry(.decided, at: now, gateway: gateway, detail: detail), db)
      return true
    }
  }

  /// Notes with a finding until when a decision covers it.
  private static func noteQuiet(_ finding: String, of gateway: GatewayID, _ db: Database) throws {
    let word = try String.fetchOne(
      db, sql: "SELECT severity FROM finding WHERE gateway = ? AND id = ?",
      arguments: [gateway.text, finding])
    guard let severity = word.flatMap({ Severity(rawValue: $0) }) else { return }
    try db.execute(
      sql: "UPDATE finding SET quiet_until = ? WHERE gateway = ? AND id = ?",
      arguments: [try quietUntil(finding, of: gateway, severity, db), gateway.text, finding])
  }

  private static func isKnown(_ finding: String, _ gateway: GatewayID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM finding WHERE gateway = ? AND id = ?)",
      arguments: [gateway.text, finding]) == true
  }
}

extension Decision {
  fileprivate init?(_ row: Row) {
    guard let kind = (row["decision"] as String?).flatMap(Kind.init),
      let severity = (row["decision_severity"] as String?).flatMap(Severity.init)
    else { return nil }
    self.init(
      finding: row["id"], kind: kind, by: row["by"], reason: row["reason"],
      made: WallTime(milliseconds: row["made"]), until: WallTime(milliseconds: row["until"]),
      severity: severity)
  }
}
