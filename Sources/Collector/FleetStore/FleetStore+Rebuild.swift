import Addresses
import Casework
import Correlate
import FleetContract
import FoundationEssentials
import SQLStore
import Posture

/// Everything that is derived, worked out from what it follows from.
///
/// Written where a store has none yet or has it wrong, and compared where it is checked.
extension FleetStore {
  /// Makes everything that is derived anew.
  static func rebuild(_ db: Database) throws {
    for table in [
      "past_episode", "finding_count", "episode_count", "joined_service", "agreement_count", "device_name",
    ] {
      try db.execute(sql: "DELETE FROM \(table)")
    }
    try db.execute(sql: gateways)
    var counts = StandingCounts()
    let rows = try Row.fetchCursor(db, sql: derivable + " ORDER BY f.gateway, f.id")
    let update = try db.cachedStatement(
      sql: """
        UPDATE finding SET transport = ?, port = ?, protocol = ?, kind = ?, "group" = ?, rank = ?, quiet_until = ?,
          stage = ?, since = ?, detected = ?, notified = ?, closed = ?, episodes = ? WHERE gateway = ? AND id = ?
        """)
    while let row = try rows.next() {
      guard let derived = try Derived(row, db) else { continue }
      try update.execute(
        arguments: [
          derived.finding.service?.transport.rawValue, derived.finding.service.map { Int64($0.number) },
          derived.finding.evidence.protocol?.rawValue, derived.kind, derived.cell.group, derived.cell.rank,
          derived.quietUntil,
        ] + StatementArguments(derived.standing.columns) + [derived.gateway.text, derived.finding.id])
      counts.add(derived.cell, 1)
      counts.add(derived.standing, in: derived.cell.group, 1)
      for (number, episode) in (derived.life?.episodes.dropLast() ?? []).enumerated() {
        counts.add(episode, in: derived.cell.group, 1)
        try db.cachedStatement(sql: "INSERT INTO past_episode VALUES (?, ?, ?, ?, ?)").execute(
          arguments: [
            derived.gateway.text, derived.finding.id, number, episode.detected.milliseconds,
            episode.closed?.milliseconds,
          ])
      }
    }
    try eachView(db) { view in
      let group = try group(of: view.gateway, db)
      for service in view.services {
        counts.add(service, in: group, 1)
        try write(service, in: group, db)
      }
    }
    try counts.flush(db)
    try rebuildNames(db)
  }

  /// Counts gateways anew.
  static func recountGateways(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM gateway_count")
    try db.execute(
      sql: """
        INSERT INTO gateway_count SELECT "group", state, grade, count(*) FROM gateway GROUP BY "group", state, grade
        """)
  }

  private static func rebuildNames(_ db: Database) throws {
    let decoder = JSONDecoder()
    let rows = try Row.fetchCursor(db, sql: "SELECT gateway, facts FROM device")
    while let row = try rows.next() {
      guard let device = try? decoder.decode(Device.self, from: Data((row["facts"] as String).utf8)) else {
        continue
      }
      try writeNames(of: device, at: row["gateway"], db)
    }
  }

  /// The names under which a device is found.
  static func writeNames(of device: Device, at gateway: String, _ db: Database) throws {
    for name in Set(device.names.map { $0.lowercased() }) where !name.isEmpty {
      try db.cachedStatement(sql: "INSERT INTO device_name VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .execute(arguments: [gateway, device.id, name])
    }
  }

  private static let gateways = """
    UPDATE gateway SET
      "group" = coalesce((SELECT e."group" FROM enrolment AS e WHERE e.gateway = gateway.id), ''),
      state = CASE
        WHEN EXISTS (SELECT 1 FROM enrolment AS e WHERE e.gateway = gateway.id AND e.revoked IS NOT NULL)
          THEN 'revoked'
        WHEN online IS NULL THEN 'unknown' WHEN online <> 0 THEN 'online'
        WHEN cause = 'lost' THEN 'lost' ELSE 'offline' END,
      posture_seq = coalesce((SELECT max(p.seq) FROM posture AS p WHERE p.gateway = gateway.id), -1),
      grade = coalesce((SELECT p.grade FROM posture AS p WHERE p.gateway = gateway.id
        ORDER BY p.seq DESC LIMIT 1), '')
    """

  static let derivable = """
    SELECT f.*, e."group" AS present_group, d.kind AS device_kind
    FROM finding AS f LEFT JOIN enrolment AS e ON e.gateway = f.gateway
      LEFT JOIN device AS d ON d.gateway = f.gateway AND d.id = f.device
    """

  private static func eachView(_ db: Database, _ take: (GatewayView) throws -> Void) throws {
    let names = try String.fetchAll(
      db,
      sql: """
        SELECT gateway FROM inside_look UNION SELECT gateway FROM sighting WHERE gateway IS NOT NULL ORDER BY 1
        """)
    for name in names {
      guard let gateway = GatewayID(name) else { continue }
      try take(try view(of: gateway, db))
    }
  }

  /// What is derived wrongly, at most `limit` of it.
  static func faultsOfStandings(_ db: Database, limit: Int) throws -> [String] {
    var faults: [String] = []
    func expect(_ isRight: Bool, _ what: @autoclosure () -> String) {
      if !isRight, faults.count < limit { faults.append(what() + "; 'store check --repair' mends it") }
    }
    let rows = try Row.fetchCursor(db, sql: derivable)
    while let row = try rows.next() {
      guard let derived = try Derived(row, db) else { continue }
      let name = "finding \(derived.finding.id) of \(derived.gateway)"
      let isStanding = Standing(row) == derived.standing
      expect(isStanding, "\(name): stored as \(row["stage"] as String), and is \(derived.standing.word)")
      let isPlaced =
        StandingCounts.Cell(row) == derived.cell && row["kind"] == derived.kind
        && row["quiet_until"] == derived.quietUntil
      expect(!isStanding || isPlaced, "\(name): is not where it is looked for")
    }
    try eachView(db) { view in
      expect(
        try services(of: view.gateway, db) == view.services,
        "\(view.gateway): what inside and outside say is not joined as it is")
    }
    for (table, truth) in sums {
      let wrong =
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM (SELECT * FROM (SELECT * FROM \(table) WHERE count <> 0 EXCEPT \(truth)) AS more
              UNION ALL SELECT * FROM (\(truth) EXCEPT SELECT * FROM \(table)) AS less) AS wrong
            """) ?? 0
      expect(wrong == 0, "\(table): \(wrong) counts are wrong")
    }
    return faults
  }

  private static let sums = [
    (
      "gateway_count",
      "SELECT \"group\", state, grade, count(*) FROM gateway GROUP BY \"group\", state, grade"
    ),
    (
      "finding_count",
      "SELECT \"group\", stage, rank, count(*) FROM finding GROUP BY \"group\", stage, rank"
    ),
    (
      "agreement_count",
      "SELECT \"group\", inside, outside, count(*) FROM joined_service GROUP BY \"group\", inside, outside"
    ),
  ]
}

/// All that is derived of one finding.
private struct Derived {
  var gateway: GatewayID
  var finding: Finding
  var life: FindingCase?
  var standing: Standing
  var cell: StandingCounts.Cell
  var kind: String
  var quietUntil: Int64

  /// Reads a row of ``FleetStore/derivable``; `nil` where its facts cannot be read.
  init?(_ row: Row, _ db: Database) throws {
    guard let gateway = GatewayID(row["gateway"] as String),
      let finding = try? JSONDecoder().decode(Finding.self, from: Data((row["facts"] as String).utf8))
    else { return nil }
    self.gateway = gateway
    self.finding = finding
    life = FindingCase(
      try FleetStore.steps(of: finding.id, at: gateway, db),
      outside: try FleetStore.looks(
        at: finding.service, expecting: finding.evidence.protocol?.rawValue, of: gateway, db))
    standing = Standing(life)
    kind = row["device_kind"] ?? ""
    cell = StandingCounts.Cell(
      group: row["present_group"] ?? "", stage: standing.word, rank: FindingRank.of(finding))
    quietUntil = try FleetStore.quietUntil(finding.id, of: gateway, finding.severity, db)
  }
}
