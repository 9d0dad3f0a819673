import Addresses
package import Campaigns
import FoundationEssentials
import SQLStore
package import Posture
import Sightings

extension FleetStore {
  /// Keeps a campaign with all of its parts; `false` where there is one of that name.
  package func plan(_ name: String, _ spec: CampaignSpec, at now: WallTime) throws(StoreError) -> Bool {
    try change { db in
      try db.execute(
        sql: """
          INSERT INTO campaign (name, state, spec, planned) VALUES (?, 'planned', ?, ?) ON CONFLICT DO NOTHING
          """,
        arguments: [name, try Self.text(spec), now.milliseconds])
      guard db.changesCount > 0 else { return false }
      let parts =
        (0..<spec.shards).map { ("scan", $0) }
        + (spec.looksAgain ? (0..<CampaignSpec.buckets).map { ("look", $0) } : [])
      for (kind, number) in parts {
        try db.cachedStatement(sql: "INSERT INTO campaign_part (campaign, kind, number) VALUES (?, ?, ?)")
          .execute(arguments: [name, kind, number])
      }
      return true
    }
  }

  package func campaign(_ name: String) throws(StoreError) -> CampaignRecord? {
    try view { db in
      try Row.fetchOne(db, sql: "SELECT * FROM campaign WHERE name = ?", arguments: [name])
        .flatMap(CampaignRecord.init)
    }
  }

  package func campaigns() throws(StoreError) -> [CampaignRecord] {
    try view { db in
      try Row.fetchAll(db, sql: "SELECT * FROM campaign ORDER BY planned, name").compactMap(
        CampaignRecord.init)
    }
  }

  /// Does what somebody asks of a campaign; returns it as it is then, and whether that could be asked of it.
  package func ask(
    _ request: CampaignState.Request, of name: String, reason: String?, at now: WallTime
  ) throws(StoreError) -> (record: CampaignRecord, isDone: Bool)? {
    try change { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM campaign WHERE name = ?", arguments: [name]),
        var record = CampaignRecord(row)
      else { return nil }
      guard let state = record.state.after(request) else { return (record, false) }
      if state != record.state {
        record.state = state
        record.reason = reason
        if state == .running, record.started == nil { record.started = now }
        if state.isOver { record.ended = now }
        try Self.write(record, db)
      }
      return (record, true)
    }
  }

  /// Stops a campaign that runs, since it may not go on as it is, or since its time is over.
  package func end(
    _ name: String, as state: CampaignState, reason: String, at now: WallTime
  ) throws(StoreError) {
    try change { db in
      try db.execute(
        sql: "UPDATE campaign SET state = ?, reason = ?, ended = ? WHERE name = ? AND state = 'running'",
        arguments: [state.rawValue, reason, state.isOver ? now.milliseconds : nil, name])
    }
  }

  private static func write(_ record: CampaignRecord, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE campaign SET state = ?, reason = ?, started = ?, ended = ? WHERE name = ?",
      arguments: [
        record.state.rawValue, record.reason, record.started?.milliseconds, record.ended?.milliseconds,
        record.name,
      ])
  }

  /// Has a campaign be done where nothing of it is left to do; returns its state.
  package func settle(_ name: String, at now: WallTime) throws(StoreError) -> CampaignState? {
    try change { db in
      try db.execute(
        sql: """
          UPDATE campaign SET state = 'done', ended = ?1 WHERE name = ?2 AND state = 'running'
            AND NOT EXISTS (SELECT 1 FROM campaign_part WHERE campaign = ?2 AND kind = 'scan' AND done = 0)
            AND NOT EXISTS (SELECT 1 FROM campaign_part AS p WHERE p.campaign = ?2 AND p.kind = 'look'
              AND EXISTS (SELECT 1 FROM sighting AS s WHERE s.campaign = ?2 AND s.bucket = p.number
                AND s.scan_state = 'open' AND s.looked IS NULL AND s.transport = 'tcp'))
          """, arguments: [now.milliseconds, name])
      return try String.fetchOne(db, sql: "SELECT state FROM campaign WHERE name = ?", arguments: [name])
        .flatMap { CampaignState(rawValue: $0) }
    }
  }

  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension CampaignRecord {
  init?(_ row: Row) {
    guard let state = CampaignState(rawValue: row["state"]),
      let spec = try? JSONDecoder().decode(CampaignSpec.self, from: Data((row["spec"] as String).utf8))
    else { return nil }
    func time(_ column: String) -> WallTime? {
      (row[column] as Int64?).map { WallTime(milliseconds: $0) }
    }
    self.init(
      name: row["name"], state: state, reason: row["reason"], spec: spec,
      planned: WallTime(milliseconds: row["planned"]), started: time("started"), ended: time("ended"))
  }
}
