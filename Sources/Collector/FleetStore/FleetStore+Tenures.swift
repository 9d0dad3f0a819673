package import Addresses
package import FleetContract
import SQLStore
package import Posture
package import Sightings

/// A session of a gateway at the broker that began or ended.
package struct SessionChange: Hashable, Sendable {
  package var gateway: GatewayID
  /// Where it came from; `nil` where it ended.
  package var address: IPAddress?
  package var time: WallTime

  package init(gateway: GatewayID, address: IPAddress?, time: WallTime) {
    self.gateway = gateway
    self.address = address
    self.time = time
  }
}

extension FleetStore {
  /// Notes from where authenticated sessions come, in their order.
  package func note(_ changes: [SessionChange]) throws(StoreError) {
    try change { db in
      for change in changes {
        let running = try Row.fetchOne(
          db,
          sql: "SELECT number, block FROM tenure WHERE gateway = ? AND ended IS NULL AND source = 'session'",
          arguments: [change.gateway.text])
        let block = change.address.map { AddressBlock($0).description }
        // A session taken over from the same address is the same tenure.
        if let running, let block, block == (running["block"] as String) { continue }
        if let running { try Self.end(running["number"], at: change.time, db) }
        guard let block else { continue }
        try db.execute(
          sql: """
            INSERT INTO tenure (block, gateway, began, source) VALUES (?, ?, ?, 'session') ON CONFLICT DO NOTHING
            """,
          arguments: [block, change.gateway.text, change.time.milliseconds])
      }
    }
  }

  /// Ends every session that is noted as running: their broker is gone.
  ///
  /// Without a time they end when something was last heard of anybody: later nobody was there to see them.
  package func endSessions(at time: WallTime?) throws(StoreError) {
    try change { db in
      let heard =
        try Int64.fetchOne(
          db,
          sql: """
            SELECT max(coalesce((SELECT max(last_received) FROM gateway), 0),
              coalesce((SELECT max(began) FROM tenure WHERE source = 'session'), 0))
            """) ?? 0
      let running = try Int64.fetchAll(
        db, sql: "SELECT number FROM tenure WHERE ended IS NULL AND source = 'session'")
      for number in running { try Self.end(number, at: time ?? WallTime(milliseconds: heard), db) }
    }
  }

  private static func end(_ number: Int64, at time: WallTime, _ db: Database) throws {
    // One that ended before it began is of a clock that was set back: it proves nothing.
    try db.execute(
      sql: "DELETE FROM tenure WHERE number = ? AND began >= ?", arguments: [number, time.milliseconds])
    try db.execute(
      sql: "UPDATE tenure SET ended = ? WHERE number = ?", arguments: [time.milliseconds, number])
  }

  /// Adds a provider's list of who had which address, and judges again whose the sightings of that time are.
  ///
  /// What is there already is not added again; returns how many were new.
  package func add(_ tenures: [Tenure]) throws(StoreError) -> Int {
    guard let first = tenures.map(\.from).min() else { return 0 }
    return try change { db in
      var added = 0
      for tenure in tenures {
        let gateway: String? = if case .gateway(let id) = tenure.holder { id.text } else { nil }
        try db.execute(
          sql: """
            INSERT INTO tenure (block, first_port, last_port, gateway, began, ended, source)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (block, began, coalesce(gateway, ''), source, coalesce(first_port, 0))
            DO UPDATE SET ended = excluded.ended, last_port = excluded.last_port
            WHERE tenure.ended IS DISTINCT FROM excluded.ended OR tenure.last_port IS DISTINCT FROM excluded.last_port
            """,
          arguments: [
            tenure.block.description, tenure.ports.map { Int64($0.lowerBound) },
            tenure.ports.map { Int64($0.upperBound) }, gateway, tenure.from.milliseconds,
            tenure.until?.milliseconds, tenure.source.rawValue,
          ])
        added += db.changesCount
      }
      try Self.judgeSightings(from: first.wholeSeconds, db)
      return added
    }
  }

  /// Who is known to have had an address in the second that begins at a time.
  static func tenures(of address: IPAddress, at time: WallTime, _ db: Database) throws -> [Tenure] {
    let blocks = AddressBlock.holding(address).map(\.description)
    let places = Array(repeating: "?", count: blocks.count).joined(separator: ",")
    let sql = """
      SELECT * FROM tenure
      WHERE block IN (\(places)) AND began < ? AND (ended IS NULL OR ended > ?)
      """
    return try Row.fetchAll(
      db.cachedStatement(sql: sql),
      arguments: StatementArguments(blocks) + [time.milliseconds + 1000, time.milliseconds]
    ).compactMap(Tenure.init)
  }
}

extension Tenure {
  fileprivate init?(_ row: Row) {
    guard let block = AddressBlock(row["block"] as String), let source = Source(rawValue: row["source"])
    else {
      return nil
    }
    let gateway: String? = row["gateway"]
    let holder: Holder
    if let gateway {
      guard let id = GatewayID(gateway) else { return nil }
      holder = .gateway(id)
    } else {
      holder = .shared
    }
    let ports = (row["first_port"] as Int64?).flatMap { UInt16(exactly: $0) }.flatMap { first in
      (row["last_port"] as Int64?).flatMap { UInt16(exactly: $0) }.flatMap { first <= $0 ? first...$0 : nil }
    }
    self.init(
      block, ports: ports, holder: holder, from: WallTime(milliseconds: row["began"]),
      until: (row["ended"] as Int64?).map { WallTime(milliseconds: $0) }, source: source)
  }
}
