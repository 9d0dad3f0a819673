import Addresses
import FleetContract
import FoundationEssentials
import SQLStore
import Posture

extension BatchWriter {
  /// Notes which ports a gateway says the Internet reaches, and since when it says so.
  ///
  /// A list of an older record than the known one, or one that cannot be read, changes nothing.
  func storeExposures(_ text: String, _ arrival: Arrival) throws {
    guard let body = try? Envelope<ExposuresBody>(payload: Array(text.utf8), from: arrival.gateway).body
    else { return }
    let gateway = arrival.gateway.text
    let seq = arrival.seq ?? 0
    let newest = try integer("SELECT seq FROM inside_look WHERE gateway = ?", [gateway])
    if let newest, seq <= newest { return }
    let now = arrival.received.milliseconds
    let isComplete = body.more == 0
    try run(
      """
      INSERT INTO inside_look VALUES (?, ?, ?, ?) ON CONFLICT (gateway) DO UPDATE SET seq = excluded.seq,
        looked = excluded.looked, complete = excluded.complete
      """, [gateway, seq, now, isComplete])
    var named: [Port: String] = [:]
    for entry in body.gateway.prefix(ExposuresBody.limit) where entry.side == .wan {
      named[entry.service] = Self.state(entry.reasons)
    }
    for (port, state) in named { try note(port, state, gateway, now) }
    guard isComplete else { return }
    // It looks at all of its ports at once, so what it no longer names it no longer sees.
    let known = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT transport, port FROM inside_port WHERE gateway = ?"),
      arguments: [gateway])
    for row in known {
      guard let port = Port(row), named[port] == nil else { continue }
      try note(port, "not_seen", gateway, now)
    }
  }

  /// The words are of the closed list that the gateway's plan has.
  private static func state(_ reasons: [String]) -> String {
    if reasons.contains("blocked") { return "not_seen" }
    return reasons.contains("maybe_from_internet") ? "unknown" : "seen"
  }

  private func note(_ port: Port, _ state: String, _ gateway: String, _ now: Int64) throws {
    try run(
      """
      INSERT INTO inside_port VALUES (?1, ?2, ?3, ?4, ?5, ?5)
      ON CONFLICT (gateway, transport, port) DO UPDATE SET
        since = CASE WHEN inside_port.state = excluded.state THEN inside_port.since ELSE excluded.since END,
        state = excluded.state, looked = excluded.looked
      """, [gateway, port.transport.rawValue, Int64(port.number), state, now])
  }
}

extension Port {
  /// Reads the columns `transport` and `port`.
  init?(_ row: Row) {
    guard let transport = Transport(rawValue: row["transport"]),
      let number = UInt16(exactly: row["port"] as Int64)
    else { return nil }
    self.init(transport, number)
  }
}
