import Addresses
import Casework
import Correlate
import FleetContract
import SQLStore
import Posture

extension FleetStore {
  /// The group a gateway enrolled for; empty where it has none.
  static func group(of gateway: GatewayID, _ db: Database) throws -> String {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT coalesce(\"group\", '') FROM enrolment WHERE gateway = ?"),
      arguments: [gateway.text]) ?? ""
  }

  static func pastEpisodes(of finding: String, at gateway: GatewayID, _ db: Database) throws -> [Episode] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT detected, closed FROM past_episode WHERE gateway = ? AND finding = ? ORDER BY number"),
      arguments: [gateway.text, finding]
    ).map { row in
      var episode = Episode(detected: WallTime(milliseconds: row["detected"]))
      episode.closed = (row["closed"] as Int64?).map { WallTime(milliseconds: $0) }
      return episode
    }
  }

  /// The ports of one gateway as they were joined last.
  static func services(of gateway: GatewayID, _ db: Database) throws -> [JoinedService] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM joined_service WHERE gateway = ? ORDER BY transport, port"),
      arguments: [gateway.text]
    ).compactMap(JoinedService.init)
  }

  static func write(_ service: JoinedService, in group: String, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO joined_service (gateway, transport, port, "group", protocol, agreement,
          inside, inside_since, inside_looked, outside, outside_since, outside_looked)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      service.gateway.text, service.service.transport.rawValue, Int64(service.service.number), group,
      service.protocol?.rawValue, service.agreement.rawValue,
      service.inside.state.rawValue, service.inside.since?.milliseconds, service.inside.looked?.milliseconds,
      service.outside.state.rawValue, service.outside.since?.milliseconds,
      service.outside.looked?.milliseconds,
    ])
  }

  /// Moves a gateway with all that is counted of it to another group.
  static func move(_ gateway: GatewayID, to group: String?, _ db: Database) throws {
    let group = group ?? ""
    let old = try String.fetchOne(
      db, sql: "SELECT \"group\" FROM gateway WHERE id = ?", arguments: [gateway.text])
    let isJoined = try String.fetchOne(
      db, sql: "SELECT \"group\" FROM joined_service WHERE gateway = ? LIMIT 1", arguments: [gateway.text])
    guard (old ?? group) != group || (isJoined ?? group) != group else { return }
    var standings = Standings(db)
    try standings.tally(gateway, -1)
    for (table, column) in [("gateway", "id"), ("finding", "gateway"), ("joined_service", "gateway")] {
      try db.execute(
        sql: "UPDATE \(table) SET \"group\" = ? WHERE \(column) = ?", arguments: [group, gateway.text])
    }
    try standings.tally(gateway, 1)
    try standings.finish()
    try doubtTopics(of: gateway, db)
  }

  /// Has a gateway's row know its group, and whether it was revoked.
  static func noteEnrolment(of gateway: GatewayID, _ db: Database) throws {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT \"group\", revoked IS NOT NULL AS is_revoked FROM enrolment WHERE gateway = ?"),
      arguments: [gateway.text])
    try db.cachedStatement(sql: "UPDATE gateway SET state = 'unknown' WHERE id = ? AND state = ?")
      .execute(arguments: [gateway.text, GatewayCell.newcomer])
    guard let row else { return }
    try db.cachedStatement(sql: "UPDATE gateway SET \"group\" = ? WHERE id = ?")
      .execute(arguments: [(row["group"] as String?) ?? "", gateway.text])
    guard row["is_revoked"] else { return }
    try db.cachedStatement(sql: "UPDATE gateway SET state = 'revoked' WHERE id = ?")
      .execute(arguments: [gateway.text])
  }

  /// Has the findings of a gateway know what kind their devices are now.
  static func noteKinds(of gateway: GatewayID, _ db: Database) throws {
    let kind =
      "coalesce((SELECT d.kind FROM device AS d WHERE d.gateway = finding.gateway AND d.id = finding.device), '')"
    try db.cachedStatement(
      sql: "UPDATE finding SET kind = \(kind) WHERE gateway = ? AND kind <> \(kind)"
    ).execute(arguments: [gateway.text])
  }

  /// Until when a decision covers a finding of this severity; 0 where none does.
  static func quietUntil(
    _ finding: String, of gateway: GatewayID, _ severity: Severity, _ db: Database
  ) throws -> Int64 {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT until, severity FROM finding_decision WHERE gateway = ? AND finding = ?"),
      arguments: [gateway.text, finding])
    guard let row, let most = Severity(rawValue: row["severity"]), severity <= most else { return 0 }
    return row["until"]
  }
}

extension JoinedService {
  init?(_ row: Row) {
    guard let gateway = GatewayID(row["gateway"] as String), let port = Port(row),
      let inside = Look(row, "inside"), let outside = Look(row, "outside")
    else { return nil }
    self.init(
      gateway: gateway, service: port, protocol: (row["protocol"] as String?).flatMap(ServiceProtocol.init),
      inside: inside, outside: outside)
  }
}

extension Look {
  fileprivate init?(_ row: Row, _ side: String) {
    guard let state = State(rawValue: row[side]) else { return nil }
    func time(_ name: String) -> WallTime? {
      (row["\(side)_\(name)"] as Int64?).map { WallTime(milliseconds: $0) }
    }
    self.init(state, since: time("since"), looked: time("looked"))
  }
}
