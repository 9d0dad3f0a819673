import Addresses
import GRDB
import Posture
import Sightings

extension FleetStore {
  /// Gateways whose name, address now, or a device's id or name begins with a text, each once; at most `limit`.
  ///
  /// An address is also found in the blocks that somebody has.
  package func searchGateways(
    _ text: String, inGroups groups: [String]? = nil, limit: Int
  ) throws(StoreError) -> [GatewayHit] {
    let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    guard !text.isEmpty, text.utf8.count <= 256 else { return [] }
    return try view { db in
      var hits: [GatewayHit] = []
      var seen: Set<String> = []
      func take(_ rows: [Row], _ reason: GatewayHit.Reason) throws {
        for row in rows where hits.count < limit {
          let id: String = row["gateway"]
          guard seen.insert(id).inserted,
            let found = try Row.fetchOne(
              db.cachedStatement(sql: Self.overview + " WHERE g.id = ?"), arguments: [id]),
            let overview = GatewayOverview(found)
          else { continue }
          let match: String = row["match"]
          let address = AddressBlock(match).flatMap {
            AddressBlock($0.base) == $0 ? $0.base.description : nil
          }
          hits.append(
            GatewayHit(
              overview: overview, reason: reason, match: reason == .address ? address ?? match : match))
        }
      }
      for (source, reason) in Self.sources {
        guard hits.count < limit else { break }
        try take(try Self.beginning(with: text, source, groups, limit, db), reason)
      }
      if hits.count < limit, let address = IPAddress(text) {
        let blocks = AddressBlock.holding(address).map(\.description)
        try take(try Self.holding(blocks, groups, limit, db), .address)
      }
      return hits
    }
  }

  /// What is searched, by a column that an index has in the order of its text.
  private static let sources: [((select: String, column: String), GatewayHit.Reason)] = [
    (("SELECT t.id AS gateway, t.id AS match FROM gateway AS t", "t.id"), .gateway),
    (
      (
        "SELECT t.gateway, t.block AS match FROM tenure AS t WHERE t.ended IS NULL AND t.gateway IS NOT NULL",
        "t.block"
      ), .address
    ),
    (("SELECT t.gateway, t.name AS match FROM device_name AS t", "t.name"), .name),
    (("SELECT t.gateway, t.id AS match FROM device AS t", "t.id"), .device),
  ]

  private static func beginning(
    with text: String, _ source: (select: String, column: String), _ groups: [String]?, _ limit: Int,
    _ db: Database
  ) throws -> [Row] {
    let word = source.select.contains(" WHERE ") ? "AND" : "WHERE"
    let end = text + "\u{10FFFF}"
    return try Row.fetchAll(
      db,
      sql: """
        \(source.select) \(word) \(source.column) >= ? AND \(source.column) < ? \(among(groups, source.select))
        ORDER BY \(source.column) LIMIT ?
        """, arguments: [text, end] + StatementArguments(groups ?? []) + [limit])
  }

  private static func holding(
    _ blocks: [String], _ groups: [String]?, _ limit: Int, _ db: Database
  ) throws -> [Row] {
    let select = "SELECT t.gateway, t.block AS match FROM tenure AS t"
    return try Row.fetchAll(
      db,
      sql: """
        \(select) WHERE t.ended IS NULL AND t.gateway IS NOT NULL AND t.block IN (\(places(blocks)))
          \(among(groups, select)) ORDER BY t.block LIMIT ?
        """, arguments: StatementArguments(blocks) + StatementArguments(groups ?? []) + [limit])
  }

  private static func among(_ groups: [String]?, _ select: String) -> String {
    guard let groups else { return "" }
    let column = select.contains("FROM gateway") ? "t.id" : "t.gateway"
    return """
      AND EXISTS (SELECT 1 FROM gateway AS g WHERE g.id = \(column) AND g."group" IN (\(places(groups))))
      """
  }
}
