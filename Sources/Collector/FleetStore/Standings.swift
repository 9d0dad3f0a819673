import Addresses
import Casework
import Correlate
import FleetContract
import SQLStore
import Posture

/// Keeps what is derived in step with what it is derived from, inside the transaction that changes that.
///
/// Whoever changes something says so here, and calls ``finish()`` before the transaction ends.
struct Standings {
  let db: Database
  private var counts = StandingCounts()
  /// The ports at which somebody outside looked, or looks were forgotten.
  private var looked: [GatewayID: Set<Port>] = [:]
  /// Gateways that spoke of their ports.
  private var spoke: Set<GatewayID> = []

  init(_ db: Database) {
    self.db = db
  }

  /// What is stored of one finding.
  struct Stored {
    var cell: StandingCounts.Cell
    var standing: Standing
    var port: Port?
    var expected: String?
    var isOpen: Bool
    var seq: Int64

    init(
      cell: StandingCounts.Cell, standing: Standing, port: Port?, expected: String?, isOpen: Bool, seq: Int64
    ) {
      self.cell = cell
      self.standing = standing
      self.port = port
      self.expected = expected
      self.isOpen = isOpen
      self.seq = seq
    }

    init(_ row: Row) {
      cell = StandingCounts.Cell(row)
      standing = Standing(row)
      port = (row["port"] as Int64?) == nil ? nil : Port(row)
      expected = row["protocol"]
      isOpen = row["is_open"]
      seq = row["seq"]
    }
  }

  func stored(_ finding: String, of gateway: GatewayID) throws -> Stored? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT is_open, seq, transport, port, protocol, "group", stage, rank, since, detected, notified, closed,
            episodes FROM finding WHERE gateway = ? AND id = ? \(db.engine.locking("finding"))
          """), arguments: [gateway.text, finding]
    ).map(Stored.init)
  }

  /// The life of a finding, as steps and looks from outside say now.
  func life(_ finding: String, of gateway: GatewayID, at port: Port?, expecting: String?) throws
    -> FindingCase?
  {
    FindingCase(
      try FleetStore.steps(of: finding, at: gateway, db),
      outside: try FleetStore.looks(at: port, expecting: expecting, of: gateway, db))
  }

  /// Works out again how far a finding is, after a step or a look.
  mutating func settle(_ finding: String, of gateway: GatewayID) throws {
    guard let old = try stored(finding, of: gateway) else { return }
    let life = try life(finding, of: gateway, at: old.port, expecting: old.expected)
    let standing = Standing(life)
    guard standing != old.standing else { return }
    try db.cachedStatement(
      sql: """
        UPDATE finding SET stage = ?, since = ?, detected = ?, notified = ?, closed = ?, episodes = ?
        WHERE gateway = ? AND id = ?
        """
    ).execute(arguments: StatementArguments(standing.columns) + [gateway.text, finding])
    var cell = old.cell
    cell.stage = standing.word
    try moved(finding, of: gateway, from: old, to: cell, standing, life)
  }

  /// Counts a finding where it is now, and no longer where it was; `old` is `nil` for a new one.
  mutating func moved(
    _ finding: String, of gateway: GatewayID, from old: Stored?, to cell: StandingCounts.Cell,
    _ standing: Standing, _ life: FindingCase?
  ) throws {
    count(from: old, to: cell, standing)
    guard standing.episodes > 1 || (old?.standing.episodes ?? 0) > 1 else { return }
    for past in try FleetStore.pastEpisodes(of: finding, at: gateway, db) {
      counts.add(past, in: old?.cell.group ?? cell.group, -1)
    }
    try db.cachedStatement(sql: "DELETE FROM past_episode WHERE gateway = ? AND finding = ?")
      .execute(arguments: [gateway.text, finding])
    for (number, episode) in (life?.episodes.dropLast() ?? []).enumerated() {
      counts.add(episode, in: cell.group, 1)
      try db.cachedStatement(sql: "INSERT INTO past_episode VALUES (?, ?, ?, ?, ?)").execute(
        arguments: [
          gateway.text, finding, number, episode.detected.milliseconds, episode.closed?.milliseconds,
        ])
    }
  }

  /// The same for a finding whose earlier episodes are what they were, and one more where it came back.
  mutating func moved(
    from old: Stored?, to cell: StandingCounts.Cell, _ standing: Standing, past: Episode?
  ) {
    count(from: old, to: cell, standing)
    if let past { counts.add(past, in: cell.group, 1) }
  }

  private mutating func count(from old: Stored?, to cell: StandingCounts.Cell, _ standing: Standing) {
    if old?.cell != cell {
      if let old { counts.add(old.cell, -1) }
      counts.add(cell, 1)
    }
    if let old { counts.add(old.standing, in: old.cell.group, -1) }
    counts.add(standing, in: cell.group, 1)
  }

  /// Somebody outside looked at a port, or what they saw is somebody else's now.
  mutating func look(at port: Port, of gateway: GatewayID?) {
    guard let gateway else { return }
    looked[gateway, default: []].insert(port)
  }

  /// A gateway said which of its ports can be reached.
  mutating func told(by gateway: GatewayID) { spoke.insert(gateway) }

  /// A step was taken.
  mutating func stepped(_ step: CaseStep, in group: String) { counts.add(step, in: group) }

  /// Gateways are counted elsewhere now.
  mutating func moved(from old: [GatewayCell], to new: [GatewayCell]) {
    for cell in old { counts.add(cell, -1) }
    for cell in new { counts.add(cell, 1) }
  }

  /// Counts everything of a gateway, or with -1 no longer: around a change of its group, or before it is erased.
  mutating func tally(_ gateway: GatewayID, _ sign: Int64) throws {
    try counts.tally(gateway, sign, db)
  }

  /// Findings that are about to be deleted count no longer.
  mutating func forget(_ finding: String, of gateway: GatewayID) throws {
    guard let old = try stored(finding, of: gateway) else { return }
    counts.add(old.cell, -1)
    counts.add(old.standing, in: old.cell.group, -1)
    for past in try FleetStore.pastEpisodes(of: finding, at: gateway, db) {
      counts.add(past, in: old.cell.group, -1)
    }
    try db.cachedStatement(sql: "DELETE FROM past_episode WHERE gateway = ? AND finding = ?")
      .execute(arguments: [gateway.text, finding])
  }

  /// Works out what was touched, and writes what was counted.
  mutating func finish() throws {
    for (gateway, ports) in looked {
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT id, transport, port FROM finding WHERE gateway = ? AND port IS NOT NULL"),
        arguments: [gateway.text])
      for row in rows {
        guard let port = Port(row), ports.contains(port) else { continue }
        try settle(row["id"], of: gateway)
      }
    }
    for gateway in spoke.union(looked.keys).sorted() { try join(gateway) }
    looked = [:]
    spoke = []
    try counts.flush(db)
  }

  /// Joins what both sides say of a gateway's ports.
  private mutating func join(_ gateway: GatewayID) throws {
    let group = try FleetStore.group(of: gateway, db)
    let old = try FleetStore.services(of: gateway, db)
    let new = try FleetStore.view(of: gateway, db).services
    let present = Dictionary(new.map { ($0.service, $0) }) { first, _ in first }
    var unchanged: Set<Port> = []
    for service in old {
      if present[service.service] == service {
        unchanged.insert(service.service)
        continue
      }
      counts.add(service, in: group, -1)
      try db.cachedStatement(
        sql: "DELETE FROM joined_service WHERE gateway = ? AND transport = ? AND port = ?"
      ).execute(arguments: [
        gateway.text, service.service.transport.rawValue, Int64(service.service.number),
      ])
    }
    for service in new where !unchanged.contains(service.service) {
      counts.add(service, in: group, 1)
      try FleetStore.write(service, in: group, db)
    }
  }
}

extension Standing {
  init(_ row: Row) {
    self.init()
    stage = FindingCase.Stage(rawValue: row["stage"])
    since = WallTime(milliseconds: row["since"])
    detected = WallTime(milliseconds: row["detected"])
    notified = (row["notified"] as Int64?).map { WallTime(milliseconds: $0) }
    closed = (row["closed"] as Int64?).map { WallTime(milliseconds: $0) }
    episodes = row["episodes"]
  }

  /// In the order stage, since, detected, notified, closed, episodes.
  var columns: [(any SQLConvertible)?] {
    [
      word, since.milliseconds, detected.milliseconds, notified?.milliseconds, closed?.milliseconds,
      episodes,
    ]
  }
}
