import Addresses
package import Campaigns
import FleetContract
import FoundationEssentials
import SQLStore
import Posture

extension FleetStore {
  /// Open ports of one bucket that nobody has asked yet, those of one address together.
  package func unlooked(_ lease: PartLease, limit: Int) throws(StoreError) -> [FoundTarget] {
    try view { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT address, transport, port, time, scan_state FROM sighting
          WHERE campaign = ? AND bucket = ? AND scan_state = 'open' AND looked IS NULL AND transport = 'tcp'
          ORDER BY address, port LIMIT ?
          """, arguments: [lease.campaign, lease.number, limit]
      ).compactMap(FoundTarget.init)
    }
  }

  /// Stores what ports said, and has the worker keep its bucket; `nil` as with shards.
  package func write(
    _ looks: [(target: FoundTarget, look: ServiceLook)], of lease: PartLease, seconds: Int
  ) throws(StoreError) -> CampaignState? {
    guard try write(ShardNews(), of: lease, seconds: seconds, now: WallTime(milliseconds: 0)) != nil else {
      return nil
    }
    return try change(.parts) { db in
      var standings = Standings(db)
      for (target, look) in looks {
        try db.cachedStatement(
          sql: """
            UPDATE sighting SET protocol = ?, tls = ?, looked = ?, look = ?
            WHERE campaign = ? AND address = ? AND transport = ? AND port = ? AND looked IS NULL
            """
        ).execute(arguments: [
          look.protocol == .unknown ? nil : look.protocol.rawValue, look.tls, look.time.milliseconds,
          try Self.text(look), lease.campaign, target.address.description, target.port.transport.rawValue,
          Int64(target.port.number),
        ])
        guard db.changesCount > 0 else { continue }
        // Another protocol than a finding's is no look at it.
        let gateway = try String.fetchOne(
          db.cachedStatement(
            sql:
              "SELECT gateway FROM sighting WHERE campaign = ? AND address = ? AND transport = ? AND port = ?"
          ),
          arguments: [
            lease.campaign, target.address.description, target.port.transport.rawValue,
            Int64(target.port.number),
          ])
        standings.look(at: target.port, of: gateway.flatMap { GatewayID($0) })
      }
      try standings.finish()
      return try String.fetchOne(
        db, sql: "SELECT state FROM campaign WHERE name = ?", arguments: [lease.campaign]
      ).flatMap { CampaignState(rawValue: $0) }
    }
  }

  /// What a campaign has come to so far.
  package func tallies(of name: String) throws(StoreError) -> CampaignTallies {
    try view { db in
      func count(_ column: String, _ condition: String) throws -> [String: Int] {
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT \(column) AS word, count(*) AS number FROM sighting
            WHERE campaign = ? AND \(condition) AND \(column) IS NOT NULL GROUP BY 1
            """, arguments: [name])
        return Dictionary(rows.map { ($0["word"] as String, $0["number"] as Int) }) { $0 + $1 }
      }
      var tallies = CampaignTallies()
      tallies.states = try count("scan_state", "true")
      tallies.unattributed = try count("reason", "scan_state = 'open'")
      let gateways = try count("gateway", "scan_state = 'open'")
      tallies.gateways = gateways.count
      tallies.attributed = gateways.values.reduce(0, +)
      tallies.protocols = try count("protocol", "looked IS NOT NULL")
      tallies.kinds = try count("json_extract(look, '$.kind')", "looked IS NOT NULL")
      tallies.sectors = try count("json_extract(look, '$.facility.sector')", "looked IS NOT NULL")
      tallies.toLook =
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM sighting
            WHERE campaign = ? AND scan_state = 'open' AND looked IS NULL AND transport = 'tcp'
            """, arguments: [name]) ?? 0
      for row in try Row.fetchAll(
        db,
        sql: """
          SELECT port, count(*) AS number FROM sighting
          WHERE campaign = ? AND scan_state = 'open' AND transport = 'udp' GROUP BY port
          """, arguments: [name])
      {
        tallies.answering[UInt16(clamping: row["port"] as Int64)] = row["number"] as Int
      }
      tallies.looked =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM sighting WHERE campaign = ? AND looked IS NOT NULL",
          arguments: [name]) ?? 0
      return tallies
    }
  }

  /// The open ports that a campaign found, in the order of addresses; at most `limit`.
  package func services(of name: String, limit: Int) throws(StoreError) -> [CampaignService] {
    try view { db in
      let decoder = JSONDecoder()
      return try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM sighting WHERE campaign = ? AND scan_state = 'open' ORDER BY address, port LIMIT ?
          """, arguments: [name, limit]
      ).compactMap { row in
        FoundTarget(row).map { target in
          CampaignService(
            target: target, gateway: row["gateway"], reason: row["reason"],
            protocol: (row["protocol"] as String?).flatMap { ServiceProtocol(rawValue: $0) },
            look: (row["look"] as String?).flatMap {
              try? decoder.decode(ServiceLook.self, from: Data($0.utf8))
            })
        }
      }
    }
  }
}

extension FoundTarget {
  init?(_ row: Row) {
    guard let address = IPAddress(row["address"] as String), let port = Port(row),
      let state = State(rawValue: row["scan_state"])
    else { return nil }
    self.init(address: address, port: port, state: state, time: WallTime(milliseconds: row["time"]))
  }
}
