import FleetContract
import FoundationEssentials
import SQLStore
import Posture

extension BatchWriter {
  /// Takes a birth or an end; a Will of an older session than the known one means nothing.
  ///
  /// What the broker kept comes again with every session of ours, and was received when it came first.
  func store(_ status: StatusBody, _ arrival: Arrival) throws {
    try run(
      """
      UPDATE gateway SET online = ?2, birth = ?3, cause = ?4, agent = ?5, queued = ?6, status_since = ?7,
        status_received = CASE WHEN birth = ?3 AND online = ?2 THEN status_received ELSE ?8 END,
        state = CASE WHEN state = 'revoked' THEN state ELSE ?9 END
      WHERE id = ?1 AND (birth IS NULL OR birth <= ?3)
      """,
      [
        arrival.gateway.text, status.online, status.birth, status.cause.rawValue, status.agent,
        status.queued, (status.since ?? arrival.made?.time)?.milliseconds, arrival.received.milliseconds,
        status.online ? "online" : status.cause.rawValue == "lost" ? "lost" : "offline",
      ])
  }

  mutating func store(_ posture: PostureSummary, _ arrival: Arrival, _ isNew: Bool) throws {
    func count(_ severity: Severity) -> Int { posture.findings[severity] ?? 0 }
    if arrival.seq == nil {
      try rows.writeHistories(db)
      try run("DELETE FROM posture WHERE gateway = ? AND seq = 0", [arrival.gateway.text])
    }
    // A retained message comes again with every session; it was received when it came first.
    let seq = arrival.seq ?? 0
    guard try isNew || !has(.posture, seq, arrival.gateway) else { return }
    let happened = arrival.made.flatMap { self.happened($0, arrival.gateway) }
    rows.add(
      .posture, seq, of: arrival.gateway, isDated: happened != nil,
      [
        arrival.gateway.text, seq, posture.grade.rawValue, posture.devices, posture.services,
        count(.critical), count(.high), count(.medium), count(.low), count(.info), posture.closings,
        posture.agentVersion, posture.complete, posture.scanned?.milliseconds,
        arrival.made?.time.milliseconds ?? arrival.received.milliseconds, arrival.received.milliseconds,
        arrival.made?.bootID, arrival.made?.uptimeMilliseconds, happened,
      ])
    if let known = grades[arrival.gateway], known.seq > seq { return }
    grades[arrival.gateway] = (seq, posture.grade.rawValue)
    if try isTold(of: arrival.gateway) { news.states.insert(arrival.gateway) }
  }

  /// Has gateways' rows know the grade of their latest posture.
  func writeGrades() throws {
    // Most stay what they are, and then no index has to change.
    var same = RowList(.text, .integer)
    var other = RowList(.text, .integer, .text)
    for (gateway, latest) in grades.sorted(by: { $0.key < $1.key }) {
      let known = memory.grades[gateway]
      if let known, known.seq > latest.seq { continue }
      if known?.grade == latest.grade {
        same.append(gateway.text, latest.seq)
      } else {
        other.append(gateway.text, latest.seq, latest.grade)
      }
    }
    // The rows are there and locked, so each of these is an update.
    try db.execute(
      sql: """
        INSERT INTO gateway (id, posture_seq, first_received, last_received)
        SELECT k.id, k.seq, 0, 0 FROM \(db.engine.table("k", ["id": .text, "seq": .integer])) WHERE true
        ON CONFLICT (id) DO UPDATE SET posture_seq = excluded.posture_seq
        """, rows: same)
    let columns: KeyValuePairs<String, RowList.Kind> = ["id": .text, "seq": .integer, "grade": .text]
    try db.execute(
      sql: """
        INSERT INTO gateway (id, posture_seq, grade, first_received, last_received)
        SELECT k.id, k.seq, k.grade, 0, 0 FROM \(db.engine.table("k", columns)) WHERE true
        ON CONFLICT (id) DO UPDATE SET posture_seq = excluded.posture_seq, grade = excluded.grade
        """, rows: other)
  }

  /// Replaces one part of the list of devices, unless a newer one is stored.
  func store(_ body: DevicesBody, _ arrival: Arrival) throws {
    let gateway = arrival.gateway.text
    let seq = arrival.seq ?? 0
    let newest = try integer(
      "SELECT seq FROM device_part WHERE gateway = ? AND part = ?", [gateway, body.part])
    if let newest, seq < newest { return }
    try forgetNames("(part = ? OR part > ?)", [gateway, gateway, body.part, body.parts])
    try run(
      "DELETE FROM device WHERE gateway = ? AND (part = ? OR part > ?)", [gateway, body.part, body.parts])
    try run("DELETE FROM device_part WHERE gateway = ? AND part > ?", [gateway, body.parts])
    try run(
      """
      INSERT INTO device_part VALUES (?, ?, ?, ?)
      ON CONFLICT (gateway, part) DO UPDATE SET seq = excluded.seq, received = excluded.received
      """,
      [gateway, body.part, seq, arrival.received.milliseconds])
    let count = try integer("SELECT COUNT(*) FROM device WHERE gateway = ?", [gateway]) ?? 0
    for device in body.devices.prefix(max(0, limits.devicesPerGateway - Int(count))) {
      try run(
        """
        INSERT INTO device VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (gateway, id) DO UPDATE SET
          part = excluded.part, kind = excluded.kind, last_seen = excluded.last_seen, facts = excluded.facts
        """,
        [
          gateway, device.id, body.part, device.kind.rawValue, device.lastSeen?.milliseconds,
          try json(device),
        ])
      try run("DELETE FROM device_name WHERE gateway = ? AND device = ?", [gateway, device.id])
      if !device.names.isEmpty { try FleetStore.writeNames(of: device, at: gateway, db) }
    }
    try FleetStore.noteKinds(of: arrival.gateway, db)
  }

  /// Forgets the names of devices that are about to be forgotten.
  private func forgetNames(_ condition: String, _ arguments: StatementArguments) throws {
    try run(
      """
      DELETE FROM device_name WHERE gateway = ? AND device IN (SELECT id FROM device WHERE gateway = ? AND \(condition))
      """, arguments)
  }

  func clear(part: Int, of gateway: GatewayID) throws {
    try forgetNames("part = ?", [gateway.text, gateway.text, part])
    try run("DELETE FROM device WHERE gateway = ? AND part = ?", [gateway.text, part])
    try run("DELETE FROM device_part WHERE gateway = ? AND part = ?", [gateway.text, part])
    try FleetStore.noteKinds(of: gateway, db)
  }

  func store(_ text: String, as name: String, _ arrival: Arrival) throws {
    let gateway = arrival.gateway.text
    let others = try integer("SELECT COUNT(*) FROM latest WHERE gateway = ? AND name <> ?", [gateway, name])
    guard others ?? 0 < limits.latestPerGateway else { return }
    try run(
      """
      INSERT INTO latest VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (gateway, name) DO UPDATE SET seq = excluded.seq, message = excluded.message,
        received = excluded.received
      WHERE excluded.seq >= latest.seq
      """, [gateway, name, arrival.seq ?? 0, text, arrival.received.milliseconds])
  }
}
