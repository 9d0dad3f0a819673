import Addresses
import Casework
import FleetContract
import SQLStore
import Posture

extension BatchWriter {
  /// Opens or closes a finding, unless a later event has spoken of it already.
  mutating func store(_ event: FindingEvent, _ arrival: Arrival) throws {
    let finding = event.finding
    let gateway = arrival.gateway
    let old = try standings.stored(finding.id, of: gateway)
    let seq = arrival.seq ?? 0
    if let old, seq <= old.seq { return }
    let isOpen = event.event == .opened
    // Told again, it is no step.
    if old?.isOpen != isOpen {
      let step = CaseStep(isOpen ? .opened : .closed, at: arrival.received)
      try FleetStore.write(step, of: finding.id, at: gateway, isFirst: old == nil, limits, db)
      standings.stepped(step, in: try group(of: gateway))
    }
    let expected = finding.evidence.protocol?.rawValue
    let life = try standings.life(finding.id, of: gateway, at: finding.service, expecting: expected)
    let standing = Standing(life)
    let cell = StandingCounts.Cell(
      group: try group(of: gateway), stage: standing.word, rank: FindingRank.of(finding))
    let kind = try String.fetchOne(
      db.cachedStatement(sql: "SELECT kind FROM device WHERE gateway = ? AND id = ?"),
      arguments: [gateway.text, finding.device])
    let quiet = try FleetStore.quietUntil(finding.id, of: gateway, finding.severity, db)
    try run(
      """
      INSERT INTO finding (gateway, id, is_open, "check", severity, device, facts, seq, changed_received,
        transport, port, protocol, kind, "group", rank, quiet_until,
        stage, since, detected, notified, closed, episodes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (gateway, id) DO UPDATE SET is_open = excluded.is_open, "check" = excluded."check",
        severity = excluded.severity, device = excluded.device, facts = excluded.facts,
        seq = excluded.seq, changed_received = excluded.changed_received,
        transport = excluded.transport, port = excluded.port, protocol = excluded.protocol,
        kind = excluded.kind, "group" = excluded."group", rank = excluded.rank,
        quiet_until = excluded.quiet_until, stage = excluded.stage, since = excluded.since,
        detected = excluded.detected, notified = excluded.notified, closed = excluded.closed,
        episodes = excluded.episodes
      """,
      [
        gateway.text, finding.id, isOpen, finding.check, finding.severity.rawValue, finding.device,
        try json(finding), seq, arrival.received.milliseconds, finding.service?.transport.rawValue,
        finding.service.map { Int64($0.number) }, expected, kind ?? "", cell.group, cell.rank, quiet,
      ] + StatementArguments(standing.columns))
    try standings.moved(finding.id, of: gateway, from: old, to: cell, standing, life)
  }
}
