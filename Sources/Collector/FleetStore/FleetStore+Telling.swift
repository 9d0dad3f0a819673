package import FleetContract
import SQLStore
package import Posture

extension FleetStore {
  /// Gateways at which something is open that nobody was told of and no decision covers, in the order of their names,
  /// from after one of them.
  package func gatewaysToTell(
    inGroups groups: [String]? = nil, after: GatewayID? = nil, limit: Int, now: WallTime
  ) throws(StoreError) -> [GatewayID] {
    if groups?.isEmpty == true { return [] }
    let among = groups.map { "AND g.\"group\" IN (\(Self.places($0)))" } ?? ""
    return try view { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT g.id FROM gateway AS g WHERE g.id > ? \(among)
            AND EXISTS (SELECT 1 FROM finding AS f WHERE f.gateway = g.id AND f.is_open = 1 AND f.notified IS NULL
              AND f.stage NOT IN ('closed', '\(Standing.noStage)') AND f.quiet_until <= ?)
          ORDER BY g.id LIMIT ?
          """, arguments: [after?.text ?? ""] + StatementArguments(groups ?? []) + [now.milliseconds, limit]
      ).compactMap { GatewayID($0) }
    }
  }
}
