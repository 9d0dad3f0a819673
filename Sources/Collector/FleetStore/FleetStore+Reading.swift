package import FleetContract
import FoundationEssentials
import SQLStore
import Posture

extension FleetStore {
  private func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Every gateway, in the order of their names.
  package func fleet() throws(StoreError) -> [GatewayOverview] {
    try read { db in
      try Row.fetchAll(db, sql: Self.overview + " ORDER BY g.id").compactMap(GatewayOverview.init)
    }
  }

  /// One gateway with its devices and open findings; `nil` where it is not known.
  package func gateway(_ id: GatewayID) throws(StoreError) -> GatewayDetail? {
    try read { db in
      let row = try Row.fetchOne(db, sql: Self.overview + " WHERE g.id = ?", arguments: [id.text])
      guard let row, let overview = GatewayOverview(row) else { return nil }
      let devices: [Device] = try Self.facts(
        db, "SELECT facts FROM device WHERE gateway = ? ORDER BY part, id", id)
      let findings: [Finding] = try Self.facts(
        db, "SELECT facts FROM finding WHERE gateway = ? AND is_open = 1 ORDER BY id", id)
      let stored = try Self.ranges(db, "stored", id)
      let gaps = stored.ranges.last.map { stored.missing(in: 1...$0.upperBound) } ?? []
      let counts = try Row.fetchAll(
        db, sql: "SELECT cause, count FROM dropped_count WHERE gateway = ?", arguments: [id.text])
      return GatewayDetail(
        overview: overview, devices: devices,
        findings: findings.sorted { ($1.severity, $0.id) < ($0.severity, $1.id) },
        stored: stored.acknowledgement,
        gaps: gaps.compactMap { SequenceRange($0.lowerBound, $0.upperBound) },
        dropped: DroppedRecords(
          ranges: try Self.ranges(db, "dropped", id).ranges.compactMap {
            SequenceRange($0.lowerBound, $0.upperBound)
          },
          counts: Dictionary(counts.map { ($0["cause"], $0["count"]) }) { first, _ in first }))
    }
  }

  /// The newest records of a gateway that are no states, the newest first; `nil` where it is not known.
  package func events(of id: GatewayID, newest limit: Int) throws(StoreError) -> [StoredEvent]? {
    try read { db in
      guard try Row.fetchOne(db, sql: "SELECT 1 FROM gateway WHERE id = ?", arguments: [id.text]) != nil
      else {
        return nil
      }
      return try Row.fetchAll(
        db, sql: "SELECT * FROM event WHERE gateway = ? ORDER BY seq DESC LIMIT ?",
        arguments: [id.text, limit]
      ).map { row in
        StoredEvent(
          seq: row["seq"], kind: row["kind"], time: WallTime(milliseconds: row["time"]),
          happened: WallTime(row["happened"] as Int64?), received: WallTime(milliseconds: row["received"]),
          bootID: row["boot_id"], uptimeMilliseconds: row["uptime_ms"], message: row["message"])
      }
    }
  }

  private static func ranges(_ db: Database, _ table: String, _ id: GatewayID) throws -> SequenceSet {
    let rows = try Row.fetchAll(
      db, sql: "SELECT first, last FROM \(table) WHERE gateway = ? ORDER BY first", arguments: [id.text])
    return SequenceSet(rows.map { ($0["first"] as Int64)...($0["last"] as Int64) })
  }

  /// The newest messages that were set aside, and the counts of all.
  package func setAside(newest limit: Int) throws(StoreError) -> SetAsideOverview {
    try read { db in
      let counts = try Row.fetchAll(db, sql: "SELECT reason, count FROM set_aside_count")
      let rows = try Row.fetchAll(
        db, sql: "SELECT * FROM set_aside ORDER BY number DESC LIMIT ?", arguments: [limit])
      return SetAsideOverview(
        counts: Dictionary(counts.map { ($0["reason"], $0["count"]) }) { first, _ in first },
        messages: rows.map { row in
          SetAsideOverview.Message(
            received: WallTime(milliseconds: row["received"]), reason: row["reason"], detail: row["detail"],
            topic: row["topic"], size: row["size"],
            payload: String(decoding: row["payload"] as Data, as: UTF8.self))
        })
    }
  }

  private static func facts<Value: Decodable>(
    _ db: Database, _ sql: String, _ id: GatewayID
  ) throws -> [Value] {
    let decoder = JSONDecoder()
    return try String.fetchAll(db, sql: sql, arguments: [id.text]).map {
      try decoder.decode(Value.self, from: Data($0.utf8))
    }
  }

  private static let overview = """
    SELECT g.*, p.grade, p.devices, p.services, p.critical, p.high, p.medium, p.low, p.info, p.closings,
      p.complete, p.scanned, p.time AS posture_time, p.happened AS posture_happened, p.received AS posture_received,
      e.gateway, e."group", e.enrolled, e.revoked, e.reason, e.enforced,
      (SELECT max(not_after) FROM certificate WHERE gateway = g.id) AS expires
    FROM gateway AS g LEFT JOIN enrolment AS e ON e.gateway = g.id LEFT JOIN posture AS p ON p.gateway = g.id
      AND p.seq = (SELECT max(seq) FROM posture WHERE gateway = g.id)
    """
}

extension GatewayOverview {
  fileprivate init?(_ row: Row) {
    guard let gateway = GatewayID(row["id"] as String) else { return nil }
    self.init(
      gateway: gateway, online: row["online"], since: WallTime(row["status_since"] as Int64?),
      cause: row["cause"], agent: row["agent"], queued: row["queued"], posture: StoredPosture(row),
      firstReceived: WallTime(milliseconds: row["first_received"]),
      lastReceived: WallTime(milliseconds: row["last_received"]),
      enrolment: Enrolment(row))
  }
}

extension StoredPosture {
  fileprivate init?(_ row: Row) {
    guard let grade = (row["grade"] as String?).flatMap(Grade.init) else { return nil }
    var findings: [Severity: Int] = [:]
    for severity in Severity.allCases {
      let count: Int = row[severity.rawValue]
      if count > 0 { findings[severity] = count }
    }
    self.init(
      grade: grade, devices: row["devices"], services: row["services"], findings: findings,
      closings: row["closings"], complete: row["complete"], scanned: WallTime(row["scanned"] as Int64?),
      time: WallTime(milliseconds: row["posture_time"]),
      happened: WallTime(row["posture_happened"] as Int64?),
      received: WallTime(milliseconds: row["posture_received"]))
  }
}

extension WallTime {
  fileprivate init?(_ milliseconds: Int64?) {
    guard let milliseconds else { return nil }
    self.init(milliseconds: milliseconds)
  }
}
