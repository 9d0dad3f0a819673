import Addresses
import Correlate
package import FleetContract
import SQLStore
package import Posture
package import Sightings

/// What became of a list of sightings.
package struct SightingImport: Hashable, Sendable, Encodable {
  /// New ones; the others were there already.
  package var added = 0
  package var attributed = 0
  /// By `Attribution.Reason`.
  package var unattributed: [String: Int] = [:]

  package init() {}
}

extension FleetStore {
  /// Adds what was seen from outside, each once, and says whose it is.
  package func add(_ sightings: [Sighting], at now: WallTime) throws(StoreError) -> SightingImport {
    try change { db in
      var result = SightingImport()
      for sighting in sightings {
        try db.cachedStatement(
          sql: """
            INSERT INTO sighting (address, transport, port, time, source, protocol, tls, state, imported)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """
        ).execute(arguments: [
          sighting.address.description, sighting.port.transport.rawValue, Int64(sighting.port.number),
          sighting.time.milliseconds, sighting.source, sighting.protocol?.rawValue, sighting.tls,
          sighting.state.rawValue, now.milliseconds,
        ])
        guard db.changesCount > 0 else { continue }
        result.added += 1
        switch try Self.judge(sighting, db) {
        case .gateway: result.attributed += 1
        case .none(let reason): result.unattributed[reason.rawValue, default: 0] += 1
        }
      }
      return result
    }
  }

  @discardableResult
  static func judge(_ sighting: Sighting, _ db: Database) throws -> Attribution {
    let attribution = Attribution(
      sighting, among: try tenures(of: sighting.address, at: sighting.time, db))
    let (gateway, reason): (String?, String?) =
      switch attribution {
      case .gateway(let id): (id.text, nil)
      case .none(let reason): (nil, reason.rawValue)
      }
    try db.cachedStatement(
      sql: """
        UPDATE sighting SET gateway = ?, reason = ?
        WHERE address = ? AND transport = ? AND port = ? AND time = ? AND source = ?
        """
    ).execute(arguments: [
      gateway, reason, sighting.address.description, sighting.port.transport.rawValue,
      Int64(sighting.port.number), sighting.time.milliseconds, sighting.source,
    ])
    return attribution
  }

  /// Judges again whose the sightings since a time are.
  static func judgeSightings(from time: WallTime, _ db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM sighting WHERE time >= ?", arguments: [time.milliseconds])
    for sighting in rows.compactMap(Sighting.init) { try judge(sighting, db) }
  }

  /// What was seen from outside of one gateway, the oldest first.
  package func sightings(of gateway: GatewayID) throws(StoreError) -> [Sighting] {
    try view { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM sighting WHERE gateway = ? ORDER BY time", arguments: [gateway.text]
      ).compactMap(Sighting.init)
    }
  }
}

extension Sighting {
  init?(_ row: Row) {
    guard let address = IPAddress(row["address"] as String), let port = Port(row),
      let state = State(rawValue: row["state"])
    else { return nil }
    self.init(
      address: address, port: port, state: state,
      protocol: (row["protocol"] as String?).flatMap(ServiceProtocol.init), tls: row["tls"],
      time: WallTime(milliseconds: row["time"]), source: row["source"])
  }
}
