import Addresses
package import Campaigns
import FoundationEssentials
import SQLStore
package import Posture
import Sightings

/// Parts are leased by one statement each, so that of many workers one gets a part; in PostgreSQL workers that ask at the
/// same time pass over what another is taking (FOR UPDATE SKIP LOCKED) and wait for nobody.
///
/// All times of leases are by the clock of the store, so that workers need not agree on one. When that clock is set, a
/// lease may seem over while its worker lives; what such a worker writes then is refused by the number of its lease.
extension FleetStore {
  private var clock: String { database.engine.clock }

  /// Takes a part that nobody has, or whose worker has said nothing for too long: those that were begun first.
  ///
  /// `nil` where there is none to be had, so many of its kind are taken already, or the campaign does not run.
  package func lease(
    _ kind: PartLease.Kind, of name: String, by holder: String, seconds: Int, atMost most: Int = .max
  ) throws(StoreError) -> PartLease? {
    let hasWork =
      kind == .scan
      ? "p.done = 0"
      : """
      EXISTS (SELECT 1 FROM sighting AS s WHERE s.campaign = p.campaign AND s.bucket = p.number
        AND s.scan_state = 'open' AND s.looked IS NULL AND s.transport = 'tcp')
      """
    // One that ends too far ahead was given before the clock was set back.
    let sql = """
      UPDATE campaign_part SET lease = lease + 1, holder = :holder, until = \(clock) + :length
      WHERE campaign = :name AND kind = :kind AND number = (
        SELECT number FROM campaign_part AS p WHERE p.campaign = :name AND p.kind = :kind AND \(hasWork)
          AND (p.until IS NULL OR p.until <= \(clock) OR p.until > \(clock) + 2 * :length)
          AND (SELECT count(*) FROM campaign_part AS h WHERE h.campaign = :name AND h.kind = :kind
            AND h.until > \(clock) AND h.until <= \(clock) + 2 * :length) < :most
          AND EXISTS (SELECT 1 FROM campaign WHERE name = :name AND state = 'running')
        ORDER BY p.checkpoint IS NULL, p.number LIMIT 1 \(database.engine.skippingLocked(of: "p")))
      RETURNING number, lease, checkpoint, worked
      """
    // Counting who has how many is right only where nobody else takes one meanwhile.
    return try change(most == .max ? .parts : .alone) { db in
      let before = try Set(
        Int.fetchAll(
          db,
          sql: "SELECT number FROM campaign_part WHERE campaign = ? AND kind = ? AND until IS NOT NULL",
          arguments: [name, kind.rawValue]))
      let row = try Row.fetchOne(
        db, sql: sql,
        arguments: [
          "holder": holder, "length": seconds * 1000, "name": name, "kind": kind.rawValue, "most": most,
        ])
      return row.map { row in
        PartLease(
          campaign: name, kind: kind, number: row["number"], lease: row["lease"],
          checkpoint: (row["checkpoint"] as Data?).map { [UInt8]($0) }, worked: row["worked"],
          isTakenOver: before.contains(row["number"]))
      }
    }
  }

  /// Stores what a worker found and where it is, and has it keep its shard; all of it or nothing.
  ///
  /// Returns the campaign's state, or `nil` where another worker has the shard now: then nothing was stored.
  package func write(
    _ news: ShardNews, of lease: PartLease, seconds: Int, now: WallTime
  ) throws(StoreError) -> CampaignState? {
    let checkpoint = news.place.flatMap { Data(base64Encoded: $0.checkpoint) }
    return try change(.parts) { db in
      try db.cachedStatement(
        sql: """
          UPDATE campaign_part SET until = \(clock) + ?, checkpoint = coalesce(?, checkpoint),
            attempt = coalesce(?, attempt), step = coalesce(?, step), probes = coalesce(?, probes),
            steps = max(steps, ?), worked = ?
          WHERE campaign = ? AND kind = ? AND number = ? AND lease = ?
          """
      ).execute(arguments: [
        seconds * 1000, checkpoint, news.place?.attempt, news.place.map { Int64(clamping: $0.step) },
        news.place?.probes, Int64(clamping: news.steps), news.worked, lease.campaign, lease.kind.rawValue,
        lease.number, lease.lease,
      ])
      guard db.changesCount > 0 else { return nil }
      var standings = Standings(db)
      for found in news.found { try Self.store(found, of: lease.campaign, now, db, &standings) }
      try standings.finish()
      return try Self.state(of: lease.campaign, db)
    }
  }

  private static func state(of name: String, _ db: Database) throws -> CampaignState? {
    try String.fetchOne(db, sql: "SELECT state FROM campaign WHERE name = ?", arguments: [name])
      .flatMap { CampaignState(rawValue: $0) }
  }

  /// The source of a campaign's sightings.
  package static func source(_ name: String) -> String { "campaign-\(name)" }

  private static func store(
    _ found: FoundTarget, of name: String, _ now: WallTime, _ db: Database, _ standings: inout Standings
  ) throws {
    let time = found.time.wholeSeconds
    let target: StatementArguments = [
      name, found.address.description, found.port.transport.rawValue, Int64(found.port.number),
    ]
    // Nobody else writes this target meanwhile: whoever does holds its shard's row.
    let known = try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT scan_state FROM sighting WHERE campaign = ? AND address = ? AND transport = ? AND port = ?
          """), arguments: target)
    if let known {
      let silent = [FoundTarget.State.filtered, .unreachable]
      guard silent.contains(where: { $0.rawValue == known }), !silent.contains(found.state) else { return }
      try db.cachedStatement(
        sql: """
          UPDATE sighting SET time = ?, state = ?, scan_state = ?, protocol = ?
          WHERE campaign = ? AND address = ? AND transport = ? AND port = ?
          """
      ).execute(
        arguments: [
          time.milliseconds, found.sighted.rawValue, found.state.rawValue, found.protocol?.rawValue,
        ] + target)
    } else {
      try db.cachedStatement(
        sql: """
          INSERT INTO sighting
            (campaign, address, transport, port, time, source, tls, state, imported, bucket, scan_state, protocol)
          VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
          """
      ).execute(
        arguments: target + [
          time.milliseconds, source(name), found.sighted.rawValue, now.milliseconds,
          FoundTarget.bucket(of: found.address, among: CampaignSpec.buckets), found.state.rawValue,
          found.protocol?.rawValue,
        ])
    }
    try judge(
      Sighting(
        address: found.address, port: found.port, state: found.sighted, protocol: found.protocol, time: time,
        source: source(name)), db, &standings)
  }

  /// Gives a part back: as it is for others to go on with, or done with what it came to.
  ///
  /// Returns `false` where another worker has it now.
  @discardableResult
  package func giveBack(_ lease: PartLease, done report: ShardReport?) throws(StoreError) -> Bool {
    try change(.parts) { db in
      let text = try report.map { try Self.text($0) }
      try db.execute(
        sql: """
          UPDATE campaign_part SET until = NULL, holder = NULL, done = max(done, ?1), report = coalesce(?2, report),
            checkpoint = CASE WHEN ?1 = 1 THEN NULL ELSE checkpoint END
          WHERE campaign = ?3 AND kind = ?4 AND number = ?5 AND lease = ?6
          """,
        arguments: [
          report != nil, text, lease.campaign, lease.kind.rawValue, lease.number, lease.lease,
        ])
      return db.changesCount > 0
    }
  }

  /// How far each shard is, whether somebody has it, and the reports of those that are done.
  package func shards(of name: String) throws(StoreError) -> (
    progress: [ShardProgress], reports: [ShardReport]
  ) {
    try view { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT done, attempt, step, steps, worked, report, until > \(clock) AS held FROM campaign_part
          WHERE campaign = ? AND kind = 'scan' ORDER BY number
          """, arguments: [name])
      let decoder = JSONDecoder()
      return (
        rows.map { row in
          ShardProgress(
            isDone: row["done"], isHeld: (row["held"] as Bool?) ?? false, attempt: row["attempt"],
            step: UInt64(max(0, row["step"] as Int64)), steps: UInt64(max(0, row["steps"] as Int64)),
            worked: Double(row["worked"] as Int64) / 1000)
        },
        rows.compactMap { row in
          (row["report"] as String?).flatMap {
            try? decoder.decode(ShardReport.self, from: Data($0.utf8))
          }
        }
      )
    }
  }

  /// How many workers have a part of a campaign now.
  package func workers(of name: String) throws(StoreError) -> Int {
    try view { db in
      try Int.fetchOne(
        db,
        sql: "SELECT count(DISTINCT holder) FROM campaign_part WHERE campaign = ? AND until > \(clock)",
        arguments: [name]) ?? 0
    }
  }
}

extension FoundTarget {
  /// The same in the words of sightings: what may not be reached says nothing.
  var sighted: Sighting.State {
    switch state {
    // What takes connections only to keep callers is no proof that a port was closed.
    case .open, .tarpit: .open
    case .closed: .closed
    case .filtered, .unreachable: .silent
    }
  }
}
