import Addresses
import SQLStore
import Posture
import Sightings

extension FleetStore {
  /// Gateways whose name, address now, or a device's id or name begins with a text, each once; at most `limit`.
  ///
  /// An address is also found in the blocks that somebody has. Where groups are asked for, and what begins with the text
  /// is much, only the first 20,000 of each kind are looked at.
  package func searchGateways(
    _ text: String, inGroups groups: [String]? = nil, limit: Int
  ) throws(StoreError) -> [GatewayHit] {
    let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    guard !text.isEmpty, text.utf8.count <= 256 else { return [] }
    if groups?.isEmpty == true { return [] }
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
      for source in Self.sources {
        guard hits.count < limit else { break }
        try take(try Self.beginning(with: text, source, groups, limit, db), source.reason)
      }
      if hits.count < limit, let address = IPAddress(text) {
        let blocks = AddressBlock.holding(address).map(\.description)
        try take(try Self.holding(blocks, groups, limit, db), .address)
      }
      return hits
    }
  }

  /// What is searched, by a column that an index has in the order of its text.
  private struct Source {
    var reason: GatewayHit.Reason
    var table: String
    var gateway: String
    var text: String
    var condition = ""
  }

  private static let sources = [
    Source(reason: .gateway, table: "gateway", gateway: "id", text: "id"),
    Source(
      reason: .address, table: "tenure", gateway: "gateway", text: "block",
      condition: "AND t.ended IS NULL AND t.gateway IS NOT NULL"),
    Source(reason: .name, table: "device_name", gateway: "gateway", text: "name"),
    Source(reason: .device, table: "device", gateway: "gateway", text: "id"),
  ]

  /// Of how many that begin so the groups are looked at: who may see few gateways has to say more than a letter.
  private static let mostMatches = 20_000

  private static func beginning(
    with text: String, _ source: Source, _ groups: [String]?, _ limit: Int, _ db: Database
  ) throws -> [Row] {
    let select = "SELECT t.\(source.gateway) AS gateway, t.\(source.text) AS match FROM \(source.table) AS t"
    let which = "t.\(source.text) >= ? AND t.\(source.text) < ? \(source.condition)"
    let range: StatementArguments = [text, text + "\u{10FFFF}"]
    guard let groups else {
      return try Row.fetchAll(
        db, sql: "\(select) WHERE \(which) ORDER BY t.\(source.text) LIMIT ?", arguments: range + [limit])
    }
    let names = StatementArguments(groups)
    if try gatewayCells(groups, db).values.reduce(0, +) <= fewGatewaysToSearch {
      return try Row.fetchAll(
        db,
        sql: """
          \(select) WHERE t.\(source.gateway) IN (SELECT id FROM gateway WHERE "group" IN (\(places(groups))))
            AND \(which) ORDER BY t.\(source.text) || '' LIMIT ?
          """, arguments: names + range + [limit])
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM (\(select) WHERE \(which) ORDER BY t.\(source.text) LIMIT \(mostMatches)) AS c
        WHERE EXISTS (SELECT 1 FROM gateway AS g WHERE g.id = c.gateway AND g."group" IN (\(places(groups))))
        ORDER BY c.match LIMIT ?
        """, arguments: range + names + [limit])
  }

  /// So few gateways that their devices are looked through.
  private static let fewGatewaysToSearch = 2_000

  private static func holding(
    _ blocks: [String], _ groups: [String]?, _ limit: Int, _ db: Database
  ) throws -> [Row] {
    let among = groups.map {
      "AND EXISTS (SELECT 1 FROM gateway AS g WHERE g.id = t.gateway AND g.\"group\" IN (\(places($0))))"
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT t.gateway, t.block AS match FROM tenure AS t
        WHERE t.ended IS NULL AND t.gateway IS NOT NULL AND t.block IN (\(places(blocks))) \(among ?? "")
        ORDER BY t.block LIMIT ?
        """, arguments: StatementArguments(blocks) + StatementArguments(groups ?? []) + [limit])
  }
}
