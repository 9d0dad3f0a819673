import FleetContract
import Foundation
import SQLStore
package import Posture

/// What goes to the household's own page on its gateway.
extension FleetStore {
  /// The key from which the numbers of notices are worked out; `fresh` becomes it where there is none.
  ///
  /// It is in the store, so that several collectors with one store give a notice the same number.
  package func noticeKey(orElse fresh: [UInt8]) throws(StoreError) -> [UInt8] {
    try change { db in
      try db.execute(
        sql: "INSERT INTO notice_key (one, key) VALUES (1, ?) ON CONFLICT DO NOTHING",
        arguments: [Data(fresh)])
      let row = try Row.fetchOne(db, sql: "SELECT key FROM notice_key")
      return row.map { [UInt8]($0["key"] as Data) } ?? fresh
    }
  }

  /// Puts a note about a finding into the outbox; `false` where one of the same episode is or was there.
  package func queueNote(about record: FindingRecord, urgent: Bool, now: WallTime) throws(StoreError) -> Bool
  {
    let nobody = Contact(gateway: record.gateway, channel: .page, recipient: "", language: "ja")
    return try queue("", [], about: record, urgent: urgent, to: nobody, due: now, now: now)
  }

  /// Puts into the outbox what the page has to be told because of others: a note beside each notice that is to go out by
  /// another channel, and that all is well where what a page told is closed, verified from inside and outside.
  ///
  /// Each is told once, whatever happens; returns how many are new.
  package func accompany(now: WallTime) throws(StoreError) -> Int {
    try change { db in
      let columns = """
        gateway, finding, detected, channel, recipient, language, subject, lines, urgent, state, attempts, due, queued,
        changed
        """
      // Two notices of one finding, by two channels, are one note.
      try db.execute(
        sql: """
          INSERT INTO notice_outbox (\(columns))
          SELECT o.gateway, o.finding, o.detected, 'page', '', o.language, '', '[]', o.urgent, 'queued', 0, ?, ?, ?
          FROM notice_outbox AS o
          WHERE o.number IN (SELECT min(number) FROM notice_outbox
              WHERE state = 'queued' AND channel IN (\(NoticeChannel.calling)) GROUP BY gateway, finding, detected)
            AND NOT EXISTS (SELECT 1 FROM notice_outbox AS p WHERE p.gateway = o.gateway AND p.finding = o.finding
              AND p.detected = o.detected AND p.channel = 'page')
          ON CONFLICT DO NOTHING
          """, arguments: [now.milliseconds, now.milliseconds, now.milliseconds])
      var count = db.changesCount
      try db.execute(
        sql: """
          INSERT INTO notice_outbox (\(columns))
          SELECT o.gateway, o.finding, o.detected, 'page-safe', '', o.language, '', '[]', 0, 'queued', 0, ?, ?, ?
          FROM notice_outbox AS o JOIN finding AS f ON f.gateway = o.gateway AND f.id = o.finding
          WHERE o.channel = 'page' AND o.state IN ('sent', 'unknown')
            AND f.stage = 'closed' AND f.detected = o.detected
            AND NOT EXISTS (SELECT 1 FROM notice_outbox AS p WHERE p.gateway = o.gateway AND p.finding = o.finding
              AND p.detected = o.detected AND p.channel = 'page-safe')
          ON CONFLICT DO NOTHING
          """, arguments: [now.milliseconds, now.milliseconds, now.milliseconds])
      count += db.changesCount
      return count
    }
  }

  /// Whether the broker has taken a note of the same notice for the gateway, so that its page shows the number.
  package func isOnPage(_ record: OutboxRecord) throws(StoreError) -> Bool {
    try view { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT 1 FROM notice_outbox
          WHERE gateway = ? AND finding = ? AND detected = ? AND channel = 'page' AND state = 'sent'
          """, arguments: [record.gateway.text, record.finding, record.detected.milliseconds]) != nil
    }
  }
}
