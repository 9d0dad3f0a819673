import FleetContract
import SQLStore
import Posture

extension BatchWriter {
  /// Inserts a numbered record once; `false` where it was stored before or has no number.
  ///
  /// Whether it is new is known from the numbers that are stored: where a history is divided by time, no key could say.
  mutating func insertEvent(_ kind: String, _ text: String, _ arrival: Arrival, _ isNew: Bool) throws -> Bool
  {
    guard let seq = arrival.seq, let made = arrival.made, try isNew || !has(.event, seq, arrival.gateway)
    else { return false }
    let happened = happened(made, arrival.gateway)
    rows.add(
      .event, seq, of: arrival.gateway, isDated: happened != nil,
      [
        arrival.gateway.text, seq, kind, text, made.bootID, made.uptimeMilliseconds,
        made.time.milliseconds, happened, arrival.received.milliseconds,
      ])
    return true
  }

  /// Whether a numbered row is there.
  func has(_ table: HistoryTable, _ seq: Int64, _ gateway: GatewayID) throws -> Bool {
    if rows.has(table, seq, gateway) { return true }
    return try integer(
      "SELECT 1 FROM \(table.rawValue) WHERE gateway = ? AND seq = ?", [gateway.text, seq]) != nil
  }

  /// When a record was made: by its own clock if that was right, else by its boot, if that is known.
  func happened(_ made: Arrival.Origin, _ gateway: GatewayID) -> Int64? {
    if made.clockSynced { return made.time.milliseconds }
    return memory.boots[gateway]?[made.bootID].map { $0 + made.uptimeMilliseconds }
  }

  /// Learns from a record with a right clock when its boot began, and dates what waited for that.
  mutating func date(_ arrival: Arrival) throws {
    guard let made = arrival.made, made.clockSynced, memory.boots[arrival.gateway]?[made.bootID] == nil
    else { return }
    let gateway = arrival.gateway.text
    let began = made.time.milliseconds - made.uptimeMilliseconds
    memory.boots[arrival.gateway, default: [:]][made.bootID] = began
    try run(
      "INSERT INTO boot VALUES (?, ?, ?, ?)", [gateway, made.bootID, began, arrival.received.milliseconds])
    if rows.undated.contains(arrival.gateway) { try rows.writeHistories(db) }
    for table in ["event", "posture"] {
      try run(
        "UPDATE \(table) SET happened = ? + uptime_ms WHERE gateway = ? AND boot_id = ? AND happened IS NULL",
        [began, gateway, made.bootID])
    }
    try run(
      """
      DELETE FROM boot WHERE gateway = ?1 AND boot_id NOT IN (
        SELECT boot_id FROM boot WHERE gateway = ?1 ORDER BY received DESC, began DESC LIMIT ?2)
      """, [gateway, limits.bootsPerGateway])
  }

  /// Notes what a gateway will never send; what came before its drop was told is not lost.
  mutating func store(_ event: DroppedEvent, of gateway: GatewayID) throws {
    for range in event.ranges {
      for missing in try stored(of: gateway).missing(in: range.first...range.last) {
        try edit(droppedOf: gateway) { $0.insert(missing, limit: limits.gapsPerGateway) }
      }
      _ = try take(range.first...range.last, of: gateway)
    }
    for (cause, count) in event.counts {
      try run(
        """
        INSERT INTO dropped_count VALUES (?, ?, ?)
        ON CONFLICT (gateway, cause) DO UPDATE SET count = min(dropped_count.count + excluded.count, \(largestSequence))
        """, [gateway.text, cause.rawValue, count])
    }
  }

  /// Says whether a number comes for the first time.
  ///
  /// A record was still under way when its drop was told: then it is not lost.
  mutating func arrived(_ seq: Int64, of gateway: GatewayID) throws -> Bool {
    guard try stored(of: gateway).contains(seq) else { return true }
    try edit(droppedOf: gateway) { $0.remove(seq) }
    return false
  }

  private func edit(droppedOf gateway: GatewayID, _ change: (inout SequenceSet) -> Void) throws {
    let old = try ranges("dropped", gateway)
    var new = old
    change(&new)
    guard new != old else { return }
    try replace("dropped", gateway, with: new)
  }
}
