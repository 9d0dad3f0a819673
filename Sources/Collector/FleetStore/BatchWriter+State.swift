import Casework
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
        status_received = CASE WHEN birth = ?3 AND online = ?2 THEN status_received ELSE ?8 END
      WHERE id = ?1 AND (birth IS NULL OR birth <= ?3)
      """,
      [
        arrival.gateway.text, status.online, status.birth, status.cause.rawValue, status.agent,
        status.queued, (status.since ?? arrival.made?.time)?.milliseconds, arrival.received.milliseconds,
      ])
  }

  func store(_ posture: PostureSummary, _ arrival: Arrival, _ isNew: Bool) throws {
    func count(_ severity: Severity) -> Int { posture.findings[severity] ?? 0 }
    if arrival.seq == nil {
      try run("DELETE FROM posture WHERE gateway = ? AND seq = 0", [arrival.gateway.text])
    }
    // A retained message comes again with every session; it was received when it came first.
    guard try isNew || !has("posture", arrival.seq ?? 0, arrival.gateway) else { return }
    let happened = arrival.made.flatMap { self.happened($0, arrival.gateway) }
    try run(
      "INSERT INTO posture VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      [
        arrival.gateway.text, arrival.seq ?? 0, posture.grade.rawValue, posture.devices, posture.services,
        count(.critical), count(.high), count(.medium), count(.low), count(.info), posture.closings,
        posture.agentVersion, posture.complete, posture.scanned?.milliseconds,
        arrival.made?.time.milliseconds ?? arrival.received.milliseconds, arrival.received.milliseconds,
        arrival.made?.bootID, arrival.made?.uptimeMilliseconds, happened,
      ])
  }

  /// Replaces one part of the list of devices, unless a newer one is stored.
  func store(_ body: DevicesBody, _ arrival: Arrival) throws {
    let gateway = arrival.gateway.text
    let seq = arrival.seq ?? 0
    let newest = try integer(
      "SELECT seq FROM device_part WHERE gateway = ? AND part = ?", [gateway, body.part])
    if let newest, seq < newest { return }
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
    }
  }

  func clear(part: Int, of gateway: GatewayID) throws {
    try run("DELETE FROM device WHERE gateway = ? AND part = ?", [gateway.text, part])
    try run("DELETE FROM device_part WHERE gateway = ? AND part = ?", [gateway.text, part])
  }

  /// Opens or closes a finding, unless a later event has spoken of it already.
  mutating func store(_ event: FindingEvent, _ arrival: Arrival) throws {
    let finding = event.finding
    let seq = arrival.seq ?? 0
    let isOpen = event.event == .opened
    let known = memory.findings[arrival.gateway]?[finding.id]
    if let known, seq <= known.seq { return }
    memory.findings[arrival.gateway, default: [:]][finding.id] = BatchMemory.Finding(isOpen: isOpen, seq: seq)
    try run(
      """
      INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (gateway, id) DO UPDATE SET is_open = excluded.is_open, "check" = excluded."check",
        severity = excluded.severity, device = excluded.device, facts = excluded.facts,
        seq = excluded.seq, changed_received = excluded.changed_received
      WHERE excluded.seq > finding.seq
      """,
      [
        arrival.gateway.text, finding.id, isOpen, finding.check, finding.severity.rawValue,
        finding.device, try json(finding), seq, arrival.received.milliseconds,
      ])
    // Told again, it is no step.
    guard known?.isOpen != isOpen else { return }
    let step = CaseStep(isOpen ? .opened : .closed, at: arrival.received)
    try FleetStore.write(step, of: finding.id, at: arrival.gateway, limits, db)
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

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
