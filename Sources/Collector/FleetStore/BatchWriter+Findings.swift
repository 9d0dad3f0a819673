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
    var entry = book[gateway, finding.id]
    let old = entry.stored
    let seq = arrival.seq ?? 0
    if let old, seq <= old.seq { return }
    let isOpen = event.event == .opened
    // Told again, it is no step.
    let isStep = old?.isOpen != isOpen
    let expected = finding.evidence.protocol?.rawValue
    var cell = StandingCounts.Cell(
      group: try group(of: gateway), stage: "", rank: FindingRank.of(finding))
    let standing: Standing
    if let next = following(entry, isStep, isOpen, finding, arrival, in: cell.group) {
      standing = next.standing
      cell.stage = standing.word
      if isStep {
        rows.add(
          step: (isOpen ? CaseStep.Kind.opened : .closed).rawValue, at: arrival.received.milliseconds,
          of: finding.id, at: gateway)
      }
      if let past = next.past {
        rows.add(
          episode: standing.episodes - 2, from: past.detected.milliseconds,
          until: past.closed?.milliseconds, of: finding.id, at: gateway)
      }
      standings.moved(from: old, to: cell, standing, past: next.past)
    } else {
      try rows.writeLives(db)
      if isStep {
        let step = CaseStep(isOpen ? .opened : .closed, at: arrival.received)
        try FleetStore.write(step, of: finding.id, at: gateway, isFirst: old == nil, limits, db)
      }
      let life = try standings.life(finding.id, of: gateway, at: finding.service, expecting: expected)
      standing = Standing(life)
      cell.stage = standing.word
      try standings.moved(finding.id, of: gateway, from: old, to: cell, standing, life)
    }
    if isStep {
      entry.steps += 1
      standings.stepped(CaseStep(isOpen ? .opened : .closed, at: arrival.received), in: cell.group)
    }
    entry.stored = Standings.Stored(
      cell: cell, standing: standing, port: finding.service, expected: expected, isOpen: isOpen, seq: seq)
    book.set(
      entry,
      [
        gateway.text, finding.id, isOpen, finding.check, finding.severity.rawValue, finding.device,
        try finding.text(encoder), seq, arrival.received.milliseconds, finding.service?.transport.rawValue,
        finding.service.map { Int64($0.number) }, expected, cell.group, cell.rank,
      ] + standing.columns, finding.id, of: gateway)
  }

  /// How far a finding is now, where what is stored of it and this event say it; `nil` where its life must be read.
  private func following(
    _ entry: FindingBook.Entry, _ isStep: Bool, _ isOpen: Bool, _ finding: Finding, _ arrival: Arrival,
    in group: String
  ) -> (standing: Standing, past: Episode?)? {
    // Beyond the limit steps are forgotten, and with them episodes.
    guard !entry.isLookedAt, entry.steps + 2 < limits.stepsPerFinding else { return nil }
    guard let old = entry.stored else {
      return entry.steps == 0 ? (.beginning(isOpen: isOpen, at: arrival.received), nil) : nil
    }
    guard old.port == finding.service, old.cell.group == group else { return nil }
    return isStep ? old.standing.following(isOpen: isOpen, at: arrival.received) : (old.standing, nil)
  }
}
