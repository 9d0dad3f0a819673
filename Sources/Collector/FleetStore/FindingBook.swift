import Addresses
import Casework
import FleetContract
import Posture
import SQLStore

/// The findings that a batch speaks of: read together before it, changed in memory, and written together behind it.
struct FindingBook {
  struct Key: Hashable, Comparable {
    var gateway: GatewayID
    var finding: String

    static func < (left: Self, right: Self) -> Bool {
      (left.gateway, left.finding) < (right.gateway, right.finding)
    }
  }

  struct Entry {
    /// As it is stored, or will be.
    var stored: Standings.Stored?
    /// How many steps of its life there are.
    var steps = 0
    /// Whether somebody outside looked at its port.
    var isLookedAt = false
    /// The row that is to be written.
    fileprivate var row: [SQLValue]?
  }

  private var entries: [Key: Entry] = [:]

  init() {}

  /// Reads what findings of known gateways are stored as.
  init(_ db: Database, _ findings: some Sequence<(gateway: GatewayID, finding: Finding)>) throws {
    var ports: [Key: Set<Port?>] = [:]
    for (gateway, finding) in findings {
      ports[Key(gateway: gateway, finding: finding.id), default: []].insert(finding.service)
    }
    guard !ports.isEmpty else { return }
    var keys = RowList(.text, .text, .text, .integer)
    var plain = RowList(.text, .text)
    for (key, services) in ports.sorted(by: { $0.key < $1.key }) {
      entries[key] = Entry()
      plain.append(key.gateway.text, key.finding)
      for port in services {
        keys.append(
          key.gateway.text, key.finding, port?.transport.rawValue, port.map { Int64($0.number) })
      }
    }
    func key(_ row: Row) -> Key? {
      GatewayID(row["gateway"] as String).map { Key(gateway: $0, finding: row["id"]) }
    }
    let stored = try Row.fetchAll(
      db,
      sql: """
        SELECT f.gateway, f.id, f.is_open, f.seq, f.transport, f.port, f.protocol, f."group", f.stage, f.rank, f.since,
          f.detected, f.notified, f.closed, f.episodes
        FROM \(db.engine.table("k", ["gateway": .text, "id": .text]))
          JOIN finding AS f ON f.gateway = k.gateway AND f.id = k.id \(db.engine.locking("f"))
        """, rows: plain)
    for row in stored {
      if let key = key(row) { entries[key]?.stored = Standings.Stored(row) }
    }
    let columns: KeyValuePairs<String, RowList.Kind> = [
      "gateway": .text, "id": .text, "transport": .text, "port": .integer,
    ]
    let lives = try Row.fetchAll(
      db,
      sql: """
        SELECT k.gateway, k.id,
          (SELECT count(*) FROM finding_step AS s WHERE s.gateway = k.gateway AND s.finding = k.id) AS steps,
          EXISTS (SELECT 1 FROM sighting AS o WHERE o.gateway = k.gateway AND o.transport = k.transport
            AND o.port = k.port) AS looks
        FROM \(db.engine.table("k", columns))
        """, rows: keys)
    for row in lives {
      guard let key = key(row) else { continue }
      entries[key]?.steps = row["steps"]
      if row["looks"] as Bool { entries[key]?.isLookedAt = true }
    }
  }

  subscript(gateway: GatewayID, finding: String) -> Entry {
    entries[Key(gateway: gateway, finding: finding)] ?? Entry()
  }

  /// Notes what a finding is now; `row` has the values of its columns but for what other tables say of it.
  mutating func set(_ entry: Entry, _ row: [(any SQLConvertible)?], _ finding: String, of gateway: GatewayID)
  {
    var entry = entry
    entry.row = row.map { $0?.sqlValue ?? .null }
    entries[Key(gateway: gateway, finding: finding)] = entry
  }

  /// Writes every finding that is not what it was.
  mutating func write(_ db: Database) throws {
    var rows = RowList(
      .text, .text, .integer, .text, .text, .text, .text, .integer, .integer, .text, .integer, .text, .text,
      .integer, .text, .integer, .integer, .integer, .integer, .integer)
    // The order is the same for all who write.
    for (_, entry) in entries.filter({ $0.value.row != nil }).sorted(by: { $0.key < $1.key }) {
      rows.append(entry.row ?? [])
    }
    try db.execute(sql: Self.upsert(db.engine), rows: rows)
    entries = [:]
  }

  private static func upsert(_ engine: Engine) -> String {
    let columns: KeyValuePairs<String, RowList.Kind> = [
      "gateway": .text, "id": .text, "is_open": .integer, "check_name": .text, "severity": .text,
      "device": .text, "facts": .text, "seq": .integer, "received": .integer, "transport": .text,
      "port": .integer, "protocol": .text, "area": .text, "rank": .integer, "stage": .text,
      "since": .integer, "detected": .integer, "notified": .integer, "closed": .integer,
      "episodes": .integer,
    ]
    // The worst first, as in 'rank': a decision is of one severity and of those that are less.
    let most = Severity.allCases.reversed().enumerated()
      .map { "WHEN '\($1.rawValue)' THEN \($0)" }.joined(separator: " ")
    return """
      INSERT INTO finding (gateway, id, is_open, "check", severity, device, facts, seq, changed_received,
        transport, port, protocol, kind, "group", rank, quiet_until,
        stage, since, detected, notified, closed, episodes)
      SELECT k.gateway, k.id, k.is_open, k.check_name, k.severity, k.device, k.facts, k.seq, k.received,
        k.transport, k.port, k.protocol,
        coalesce((SELECT d.kind FROM device AS d WHERE d.gateway = k.gateway AND d.id = k.device), ''),
        k.area, k.rank,
        coalesce((SELECT c.until FROM finding_decision AS c WHERE c.gateway = k.gateway AND c.finding = k.id
          AND CASE c.severity \(most) ELSE 9 END <= k.rank % 5), 0),
        k.stage, k.since, k.detected, k.notified, k.closed, k.episodes
      FROM \(engine.table("k", columns)) WHERE true
      ON CONFLICT (gateway, id) DO UPDATE SET is_open = excluded.is_open, "check" = excluded."check",
        severity = excluded.severity, device = excluded.device, facts = excluded.facts,
        seq = excluded.seq, changed_received = excluded.changed_received,
        transport = excluded.transport, port = excluded.port, protocol = excluded.protocol,
        kind = excluded.kind, "group" = excluded."group", rank = excluded.rank,
        quiet_until = excluded.quiet_until, stage = excluded.stage, since = excluded.since,
        detected = excluded.detected, notified = excluded.notified, closed = excluded.closed,
        episodes = excluded.episodes
      """
  }
}
