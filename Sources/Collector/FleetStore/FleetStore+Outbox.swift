import Casework
package import FleetContract
import Foundation
import SQLStore
package import Posture

extension FleetStore {
  /// Replaces how the subscribers of these gateways are reached by the channels that are named.
  package func add(_ contacts: [Contact]) throws(StoreError) {
    try change { db in
      for contact in contacts {
        try db.execute(
          sql: """
            INSERT INTO contact (gateway, channel, recipient, language) VALUES (?, ?, ?, ?)
            ON CONFLICT (gateway, channel) DO UPDATE SET recipient = excluded.recipient, language = excluded.language
            """,
          arguments: [
            contact.gateway.text, contact.channel.rawValue, contact.recipient, contact.language,
          ])
      }
    }
  }

  /// How each subscriber is reached by a channel.
  package func contacts(by channel: NoticeChannel) throws(StoreError) -> [Contact] {
    try view { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM contact WHERE channel = ? ORDER BY gateway", arguments: [channel.rawValue]
      ).compactMap { row in
        GatewayID(row["gateway"] as String).map {
          Contact(gateway: $0, channel: channel, recipient: row["recipient"], language: row["language"])
        }
      }
    }
  }

  /// Puts a notice into the outbox; `false` where one of the same episode is or was there, by this channel.
  package func queue(
    _ subject: String, _ lines: [String], about record: FindingRecord, urgent: Bool, to contact: Contact,
    due: WallTime, now: WallTime
  ) throws(StoreError) -> Bool {
    try change { db in
      let text = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
      try db.execute(
        sql: """
          INSERT INTO notice_outbox (gateway, finding, detected, channel, recipient, language, subject, lines, urgent,
            state, attempts, due, queued, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """,
        arguments: [
          record.gateway.text, record.finding.id, record.life?.present.detected.milliseconds ?? 0,
          contact.channel.rawValue, contact.recipient, contact.language, subject, text, urgent,
          due.milliseconds, now.milliseconds, now.milliseconds,
        ])
      return db.changesCount > 0
    }
  }

  /// When something went out, or may have, or is to go out, to a gateway's subscriber; what its page shows calls nobody, and
  /// that something is safe asks for nothing.
  package func outgoingTimes(of gateway: GatewayID) throws(StoreError) -> [WallTime] {
    try view { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT changed FROM notice_outbox WHERE gateway = ? AND state <> 'failed'
            AND channel IN (\(NoticeChannel.calling))
          """,
        arguments: [gateway.text]
      ).map { WallTime(milliseconds: $0) }
    }
  }

  /// Takes the next notice to hand over, for certain before it is handed over; `nil` where none is due.
  package func takeNotice(by channel: NoticeChannel, now: WallTime) throws(StoreError) -> OutboxRecord? {
    try change { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT * FROM notice_outbox WHERE state = 'queued' AND channel = ? AND due <= ?
          ORDER BY due, number LIMIT 1
          """, arguments: [channel.rawValue, now.milliseconds])
      guard let row, var record = OutboxRecord(row) else { return nil }
      record.state = .sending
      record.attempts += 1
      try db.execute(
        sql: """
          UPDATE notice_outbox SET state = 'sending', attempts = attempts + 1, changed = ? WHERE number = ?
          """, arguments: [now.milliseconds, record.number])
      return record
    }
  }

  /// Notes what became of a notice; one that was sent becomes a step of its finding in the same transaction, unless it tells
  /// that all is well.
  ///
  /// A note on the page does not: whether anybody looks there nobody knows, and whoever was not told otherwise still has
  /// to be.
  package func settle(
    _ record: OutboxRecord, _ state: OutboxRecord.State, due: WallTime? = nil, reason: String?, now: WallTime,
    isReport: Bool = false
  ) throws(StoreError) {
    let limits = limits
    try change { db in
      let old = try String.fetchOne(
        db, sql: "SELECT state FROM notice_outbox WHERE number = ?", arguments: [record.number])
      // A report was faster than whoever hands it over.
      if record.state == .sending, old == OutboxRecord.State.failed.rawValue { return }
      try db.execute(
        sql:
          "UPDATE notice_outbox SET state = ?, due = coalesce(?, due), changed = ?, reason = ? WHERE number = ?",
        arguments: [state.rawValue, due?.milliseconds, now.milliseconds, reason, record.number])
      guard record.channel.calls else { return }
      let isKnown = try Int.fetchOne(
        db, sql: "SELECT 1 FROM finding WHERE gateway = ? AND id = ?",
        arguments: [record.gateway.text, record.finding])
      guard isKnown != nil, let step = try Self.step(record, state, isReport: isReport, now, db) else {
        return
      }
      try Self.write(step, of: record.finding, at: record.gateway, limits, db)
      var standings = Standings(db)
      standings.stepped(step, in: try Self.group(of: record.gateway, db))
      try standings.settle(record.finding, of: record.gateway)
      try standings.finish()
    }
  }

  /// What becoming of a notice is in the life of its finding: somebody was told, or what told them came back.
  private static func step(
    _ record: OutboxRecord, _ state: OutboxRecord.State, isReport: Bool, _ now: WallTime, _ db: Database
  ) throws -> CaseStep? {
    let name = "notice \(record.number) by \(record.channel.rawValue)"
    switch state {
    case .sent: return CaseStep(.notified, at: now, by: "kadomori", detail: name)
    case .unknown: return CaseStep(.notified, at: now, by: "kadomori", detail: name + ", perhaps")
    case .failed where isReport:
      // All attempts are one message, so that a report is about all of them.
      let isTold = try steps(of: record.finding, at: record.gateway, db).told.contains {
        $0.detail?.hasPrefix(name) == true
      }
      return isTold ? CaseStep(.returned, at: now, by: "kadomori", detail: name) : nil
    default: return nil
    }
  }

  /// For how long somebody on another machine may be handing over one notice; a channel gives up after a minute or two.
  private static let handover: Duration = .seconds(300)

  /// Notices that somebody was handing over who is gone: they may have arrived, so they are not sent again.
  ///
  /// Of a file only one hands over at a time, and that is who asks; what shares a database may be at it just now.
  package func abandoned(now: WallTime) throws(StoreError) -> [OutboxRecord] {
    let patience = isShared ? Self.handover.components.seconds * 1000 : 0
    return try outbox(in: .sending, limit: 100_000).filter {
      // One that lies ahead is of a clock that was wrong.
      abs(now.milliseconds - $0.changed.milliseconds) >= patience
    }
  }

  /// The notices of a state, or all, the latest first.
  package func outbox(in state: OutboxRecord.State? = nil, limit: Int) throws(StoreError) -> [OutboxRecord] {
    try view { db in
      let condition = state == nil ? "" : "WHERE state = ?"
      return try Row.fetchAll(
        db, sql: "SELECT * FROM notice_outbox \(condition) ORDER BY number DESC LIMIT ?",
        arguments: StatementArguments(state.map { [$0.rawValue] } ?? []) + [limit]
      ).compactMap(OutboxRecord.init)
    }
  }

  package func notice(_ number: Int64) throws(StoreError) -> OutboxRecord? {
    try view { db in
      try Row.fetchOne(db, sql: "SELECT * FROM notice_outbox WHERE number = ?", arguments: [number])
        .flatMap(OutboxRecord.init)
    }
  }

  /// Notices that went out by a channel, or may have, of what was closed since then, of which nobody was told that yet.
  package func toldAndClosed(
    by channel: NoticeChannel, since start: WallTime
  ) throws(StoreError) -> [OutboxRecord] {
    guard let safe = channel.safe else { return [] }
    return try view { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT o.* FROM notice_outbox AS o JOIN finding AS f ON f.gateway = o.gateway AND f.id = o.finding
          WHERE o.channel = ? AND o.state IN ('sent', 'unknown')
            AND f.stage = 'closed' AND f.detected = o.detected AND f.closed >= ?
            AND NOT EXISTS (SELECT 1 FROM notice_outbox AS p WHERE p.gateway = o.gateway AND p.finding = o.finding
              AND p.detected = o.detected AND p.channel = ?)
          ORDER BY o.number
          """, arguments: [channel.rawValue, start.milliseconds, safe.rawValue]
      ).compactMap(OutboxRecord.init)
    }
  }

  /// How many notices there are of each state.
  package func outboxCounts() throws(StoreError) -> [OutboxRecord.State: Int] {
    try view { db in
      let rows = try Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM notice_outbox GROUP BY state")
      return Dictionary(
        rows.compactMap { row in OutboxRecord.State(rawValue: row["state"]).map { ($0, row["n"] as Int) } }
      ) { first, _ in first }
    }
  }
}

extension OutboxRecord {
  init?(_ row: Row) {
    guard let gateway = GatewayID(row["gateway"] as String),
      let channel = NoticeChannel(rawValue: row["channel"]),
      let state = State(rawValue: row["state"]),
      let lines = try? JSONDecoder().decode([String].self, from: Data((row["lines"] as String).utf8))
    else { return nil }
    self.init(
      number: row["number"], gateway: gateway, finding: row["finding"],
      detected: WallTime(milliseconds: row["detected"]), channel: channel,
      recipient: row["recipient"], language: row["language"], subject: row["subject"], lines: lines,
      isUrgent: row["urgent"], state: state, attempts: row["attempts"],
      due: WallTime(milliseconds: row["due"]),
      queued: WallTime(milliseconds: row["queued"]), changed: WallTime(milliseconds: row["changed"]),
      reason: row["reason"])
  }
}
