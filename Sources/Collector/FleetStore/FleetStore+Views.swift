import Addresses
package import Correlate
package import FleetContract
import SQLStore
import Posture
import Sightings

extension FleetStore {
  /// What both sides say of the ports of one gateway, or of all, in the order of their names.
  package func views(
    of gateway: GatewayID? = nil, _ take: (GatewayView) throws -> Void
  ) throws(StoreError) {
    try view { db in
      let names = try String.fetchAll(
        db,
        sql: """
          SELECT gateway FROM inside_look WHERE CAST(?1 AS TEXT) IS NULL OR gateway = ?1
          UNION SELECT gateway FROM sighting WHERE gateway IS NOT NULL AND (CAST(?1 AS TEXT) IS NULL OR gateway = ?1)
          ORDER BY 1
          """, arguments: [gateway?.text])
      for name in names {
        guard let id = GatewayID(name) else { continue }
        try take(try Self.view(of: id, db))
      }
    }
  }

  static func view(of gateway: GatewayID, _ db: Database) throws -> GatewayView {
    var result = GatewayView(gateway: gateway)
    let look = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT looked, complete FROM inside_look WHERE gateway = ?"),
      arguments: [gateway.text])
    if let look, look["complete"] as Bool { result.insideLooked = WallTime(milliseconds: look["looked"]) }
    let inside = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM inside_port WHERE gateway = ?"), arguments: [gateway.text])
    for row in inside {
      guard let port = Port(row), let state = Look.State(rawValue: row["state"]) else { continue }
      result.inside[port] = Look(
        state, since: WallTime(milliseconds: row["since"]), looked: WallTime(milliseconds: row["looked"]))
    }
    let seen = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM sighting WHERE gateway = ? ORDER BY time"),
      arguments: [gateway.text]
    ).compactMap(Sighting.init)
    for (port, sightings) in Dictionary(grouping: seen, by: \.port) {
      result.outside[port] = Look(outside: sightings.map { ($0.time, $0.state == .open) })
      result.protocols[port] = sightings.last { $0.protocol != nil }?.protocol
    }
    return result
  }

  /// How many sightings of open ports are nobody's, by why.
  package func unattributedSightings() throws(StoreError) -> [Attribution.Reason: Int] {
    try view { db in
      let rows = try Row.fetchAll(
        db,
        sql:
          "SELECT reason, count(*) AS n FROM sighting WHERE reason IS NOT NULL AND state = 'open' GROUP BY reason"
      )
      return Dictionary(
        rows.compactMap { row in
          Attribution.Reason(rawValue: row["reason"]).map { ($0, row["n"] as Int) }
        }
      ) { first, _ in first }
    }
  }
}
