package import Addresses
import Campaigns
import Correlate
package import FleetContract
import SQLStore
package import Posture
import Sightings

extension FleetStore {
  /// Closings that were applied or confirmed since a time and that nobody has looked at, the oldest first.
  package func closingsToLookAt(since time: WallTime, limit: Int) throws(StoreError) -> [ReportedClosing] {
    try view { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT gateway, seq, message, received FROM event AS e
          WHERE kind = 'closing' AND received >= ?
            AND json_extract(message, '$.body.event') IN ('applied', 'confirmed')
            AND NOT EXISTS (SELECT 1 FROM closing_look AS l WHERE l.gateway = e.gateway AND l.seq = e.seq)
          ORDER BY received, gateway, seq LIMIT ?
          """, arguments: [time.milliseconds, limit]
      ).compactMap { row in
        guard let gateway = GatewayID(row["gateway"] as String),
          let event = try? Envelope<ClosingEvent>(
            payload: Array((row["message"] as String).utf8), from: gateway
          )
          .body, let closing = event.closing
        else { return nil }
        return ReportedClosing(
          gateway: gateway, seq: row["seq"], closing: closing.id, port: closing.service,
          isOutside: closing.side == .wan && closing.where == .gateway,
          received: WallTime(milliseconds: row["received"]))
      }
    }
  }

  /// The addresses that are a gateway's now and nobody else's: where its session comes from, and single ones that a
  /// provider's list gives it; and those that others have as well.
  package func addresses(
    of gateway: GatewayID, at now: WallTime
  ) throws(StoreError) -> (own: [IPAddress], shared: [IPAddress]) {
    try view { db in
      let blocks = try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT block FROM tenure
          WHERE gateway = ? AND began <= ? AND (ended IS NULL OR ended > ?)
          """, arguments: [gateway.text, now.milliseconds, now.milliseconds])
      let addresses = Set(
        blocks.compactMap { AddressBlock($0) }.filter { AddressBlock($0.base) == $0 }.map(\.base))
      var (own, shared): ([IPAddress], [IPAddress]) = ([], [])
      for address in addresses.sorted() {
        let seen = Sighting(address: address, port: .tcp(1), state: .silent, time: now, source: "")
        let tenures = try Self.tenures(of: address, at: now.wholeSeconds, db)
          // What ended within this second does not count: it is looked at now.
          .filter { $0.until.map { $0 > now } ?? true }
        if Attribution(seen, among: tenures) == .gateway(gateway) {
          own.append(address)
        } else {
          shared.append(address)
        }
      }
      return (own, shared)
    }
  }

  /// Whether somebody outside has seen a gateway's port open.
  package func wasSeenOpen(_ port: Port, of gateway: GatewayID) throws(StoreError) -> Bool {
    try view { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM sighting
            WHERE gateway = ? AND transport = ? AND port = ? AND state = 'open')
          """, arguments: [gateway.text, port.transport.rawValue, Int64(port.number)]) ?? false
    }
  }

  /// What a gateway's port was last seen to speak from outside; `nil` where nobody has seen it.
  package func seenProtocol(of port: Port, at gateway: GatewayID) throws(StoreError) -> ServiceProtocol? {
    try view { db in
      try String.fetchOne(
        db,
        sql: """
          SELECT protocol FROM sighting
          WHERE gateway = ? AND transport = ? AND port = ? AND state = 'open' AND protocol IS NOT NULL
          ORDER BY time DESC LIMIT 1
          """, arguments: [gateway.text, port.transport.rawValue, Int64(port.number)]
      ).flatMap { ServiceProtocol(rawValue: $0) }
    }
  }

  /// The source of what is seen when a closing is looked at.
  package static let closingSource = "closing-look"

  /// Keeps looks at one closing, and has what they saw join the life of its findings.
  package func add(_ looks: [ClosingLook], at closing: ReportedClosing) throws(StoreError) {
    let isOpen = looks.contains { $0.verdict.outcome == .stillOpen }
    try change { db in
      var standings = Standings(db)
      for look in looks {
        let version: Int64 = look.address.map { $0.isVersion4 ? 4 : 6 } ?? 0
        try db.execute(
          sql: """
            INSERT INTO closing_look VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (gateway, seq, version) DO UPDATE SET closing = excluded.closing,
              transport = excluded.transport, port = excluded.port, address = excluded.address,
              outcome = excluded.outcome, reason = excluded.reason, time = excluded.time
            """,
          arguments: [
            look.gateway.text, closing.seq, version, look.closing, look.port.transport.rawValue,
            Int64(look.port.number), look.address?.description, look.verdict.outcome.rawValue,
            look.verdict.reason.rawValue, look.time.milliseconds,
          ])
        // Closed by one version of IP, and reached by the other, it is open.
        guard look.verdict.outcome == (isOpen ? .stillOpen : .closed), let address = look.address else {
          continue
        }
        let state: Sighting.State =
          look.verdict.outcome == .stillOpen ? .open : look.verdict.reason == .silent ? .silent : .closed
        let sighting = Sighting(
          address: address, port: look.port, state: state, time: look.time, source: Self.closingSource)
        try db.execute(
          sql: """
            INSERT INTO sighting (address, transport, port, time, source, tls, state, imported)
            VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING
            """,
          arguments: [
            address.description, look.port.transport.rawValue, Int64(look.port.number),
            sighting.time.milliseconds, sighting.source, state.rawValue, look.time.milliseconds,
          ])
        if db.changesCount > 0 { try Self.judge(sighting, db, &standings) }
      }
      try standings.finish()
    }
  }

  /// The latest looks at the closings of a gateway, of one closing or of one port.
  package func closingLooks(
    of gateway: GatewayID, closing: String? = nil, port: Port? = nil
  ) throws(StoreError) -> [ClosingLook] {
    try view { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM closing_look AS l WHERE gateway = ?1 AND (CAST(?2 AS TEXT) IS NULL OR closing = ?2)
            AND (CAST(?3 AS TEXT) IS NULL OR transport = ?3 AND port = ?4)
            AND seq = (SELECT max(seq) FROM closing_look WHERE gateway = l.gateway AND closing = l.closing)
          ORDER BY time, closing, version
          """,
        arguments: [
          gateway.text, closing, port?.transport.rawValue, port.map { Int64($0.number) },
        ]
      ).compactMap { row in
        guard let outcome = ClosingVerdict.Outcome(rawValue: row["outcome"]),
          let reason = ClosingVerdict.Reason(rawValue: row["reason"]), let port = Port(row)
        else { return nil }
        return ClosingLook(
          gateway: gateway, closing: row["closing"], port: port,
          address: (row["address"] as String?).flatMap { IPAddress($0) },
          verdict: ClosingVerdict(outcome, reason),
          time: WallTime(milliseconds: row["time"]))
      }
    }
  }
}
