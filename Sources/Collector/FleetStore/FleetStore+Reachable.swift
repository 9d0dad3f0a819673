import Addresses
package import Correlate
import FleetContract
import SQLStore
package import Posture
import Sightings

extension FleetStore {
  /// Hands over what was open when somebody outside looked last, of the gateways of these groups, or of all.
  ///
  /// What was accepted or muted is left out.
  package func reachable(
    inGroups groups: [String]?, now: WallTime, _ take: (ReachableService) throws -> Void
  ) throws(StoreError) {
    try view { db in
      // Also with no group at all there is a list, an empty one: never everybody's.
      let condition = groups == nil ? "" : "WHERE e.\"group\" IN (\(db.engine.list("?")))"
      let gateways = try Row.fetchAll(
        db,
        sql: """
          SELECT s.gateway, e."group" FROM (SELECT DISTINCT gateway FROM sighting WHERE gateway IS NOT NULL) AS s
          LEFT JOIN enrolment AS e ON e.gateway = s.gateway \(condition) ORDER BY s.gateway
          """, arguments: try groups.map { [try BatchMemory.list($0)] } ?? [])
      for row in gateways {
        guard let gateway = GatewayID(row["gateway"] as String) else { continue }
        var worst: [Port: FindingRecord] = [:]
        var hidden: Set<Port> = []
        try Self.findings(FindingQuery(gateway: gateway), db) { record in
          guard record.isOpen, let port = record.finding.service else { return }
          if record.isDecided(at: now) {
            hidden.insert(port)
          } else if worst[port].map({ $0.finding.severity < record.finding.severity }) ?? true {
            worst[port] = record
          }
        }
        for sighting in try Self.openNow(of: gateway, db) {
          let record = worst[sighting.port]
          if record == nil, hidden.contains(sighting.port) { continue }
          try take(
            ReachableService(
              gateway: gateway, group: row["group"], sighting: sighting, finding: record?.finding,
              kind: record?.kind))
        }
      }
    }
  }

  private static func openNow(of gateway: GatewayID, _ db: Database) throws -> [Sighting] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM sighting AS s WHERE gateway = ? AND state = 'open' AND time = (
            SELECT max(time) FROM sighting
            WHERE gateway = s.gateway AND transport = s.transport AND port = s.port)
          ORDER BY transport, port, source
          """), arguments: [gateway.text])
    var seen: Set<Port> = []
    return rows.compactMap(Sighting.init).filter { seen.insert($0.port).inserted }
  }
}
