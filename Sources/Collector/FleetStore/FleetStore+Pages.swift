import Addresses
package import Casework
package import Correlate
package import FleetContract
import SQLStore
package import Posture
import Sightings

/// What pages and lists read: each within a bound of rows, whatever the size of the fleet.
extension FleetStore {
  /// When anything was last heard of any gateway; `nil` where nothing ever was.
  package func lastReceived() throws(StoreError) -> WallTime? {
    try view { db in
      try Int64.fetchOne(db, sql: "SELECT max(last_received) FROM gateway").map { WallTime(milliseconds: $0) }
    }
  }

  /// Findings with their lives in the order of ``FindingRecord/precedes(_:_:)``, from after a place in it.
  package func findingsPage(
    _ filter: FindingFilter = FindingFilter(), after: FindingCursor? = nil, limit: Int, now: WallTime
  ) throws(StoreError) -> Page<FindingRecord, FindingCursor> {
    try view { db in try Self.findingsPage(filter, after, limit, now, db) }
  }

  static func findingsPage(
    _ filter: FindingFilter, _ after: FindingCursor?, _ limit: Int, _ now: WallTime, _ db: Database
  ) throws -> Page<FindingRecord, FindingCursor> {
    let places = try FindingSearch(filter, now: now).places(after: after, limit: limit, db)
    let records = try records(places.map { ($0.gateway, $0.id) }, db)
    return Page(items: records, next: places.count < limit ? nil : places.last)
  }

  private static func records(
    _ places: [(gateway: String, id: String)], _ db: Database
  ) throws -> [FindingRecord] {
    var records: [FindingRecord] = []
    for place in places {
      guard let gateway = GatewayID(place.gateway) else { continue }
      try findings(FindingQuery(gateway: gateway, id: place.id), db) { records.append($0) }
    }
    return records
  }

  /// How many findings a list has; with a limit, no more than that are counted.
  package func countFindings(
    _ filter: FindingFilter, upTo limit: Int? = nil, now: WallTime
  ) throws(StoreError) -> Int {
    try view { db in try FindingSearch(filter, now: now).count(upTo: limit, db) }
  }

  /// The findings that changed last, the latest first, of these groups or of all.
  package func latestChanges(
    inGroups groups: [String]? = nil, limit: Int
  ) throws(StoreError) -> [FindingRecord] {
    try view { db in
      // Each group lies in this order in an index; one whose latest change is older than enough others is not read.
      let condition = groups.map { "AND \"group\" IN (\(Self.places($0)))" } ?? ""
      let heads = try Row.fetchAll(
        db,
        sql: """
          SELECT c."group", (SELECT max(since) FROM finding WHERE "group" = c."group") AS latest
          FROM (SELECT DISTINCT "group" FROM finding_count WHERE count > 0 \(condition)) AS c
          """, arguments: StatementArguments(groups ?? [])
      ).map { row -> (latest: Int64, group: String) in ((row["latest"] as Int64?) ?? 0, row["group"]) }
      var found: [(since: Int64, gateway: String, id: String)] = []
      for head in heads.sorted(by: >) {
        let least = found.count < limit ? Int64.min : found[limit - 1].since
        if head.latest < least { break }
        found += try Row.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT since, gateway, id FROM finding WHERE "group" = ? AND since >= ?
              ORDER BY since DESC, gateway DESC, id DESC LIMIT ?
              """), arguments: [head.group, least, limit]
        ).map { ($0["since"], $0["gateway"], $0["id"]) }
        found = Array(found.sorted(by: >).prefix(limit))
      }
      return try Self.records(found.map { ($0.gateway, $0.id) }, db)
    }
  }

  /// Everything a page of one gateway shows; `nil` where it is not known, or is of another group.
  package func gatewayPage(
    _ id: GatewayID, inGroups groups: [String]? = nil, now: WallTime
  ) throws(StoreError) -> GatewayPage? {
    guard let detail = try gateway(id) else { return nil }
    if let groups, !groups.contains(detail.overview.enrolment?.group ?? "") { return nil }
    let findings = try findingsPage(FindingFilter(gateway: id), limit: 200, now: now).items
    return GatewayPage(
      detail: detail, findings: findings, services: try view { try Self.services(of: id, $0) },
      events: try events(of: id, newest: 50) ?? [], closings: try closingLooks(of: id))
  }

  /// One finding with its life and what was seen of closings of its port; `nil` where it is not known, or is of
  /// another group.
  package func findingPage(
    _ id: String, at gateway: GatewayID, inGroups groups: [String]? = nil
  ) throws(StoreError) -> FindingRecord? {
    var found: FindingRecord?
    try findings(FindingQuery(gateway: gateway, id: id, groups: groups)) { found = $0 }
    guard var found else { return nil }
    if let port = found.finding.service {
      found.closings = try closingLooks(of: gateway, port: port)
    }
    return found
  }

  /// The fleet in numbers, of these groups or of all.
  package func counts(inGroups groups: [String]? = nil, now: WallTime) throws(StoreError) -> FleetCounts {
    try view { db in
      var counts = FleetCounts()
      for (cell, count) in try Self.gatewayCells(groups, db) {
        counts.gateways[cell.state, default: 0] += count
        if let grade = Grade(rawValue: cell.grade) { counts.grades[grade, default: 0] += count }
      }
      let search = FindingSearch(FindingFilter(groups: groups, all: true), now: now)
      let hidden = try search.decidedCells(db)
      for (cell, count) in try search.cells(db) {
        guard let stage = FindingCase.Stage(rawValue: cell.stage) else { continue }
        counts.stages[stage, default: 0] += count
        if stage == .closed { continue }
        let decided = hidden[cell] ?? 0
        counts.decided += decided
        counts.severities[FindingRank.severity(of: cell.rank), default: 0] += count - decided
      }
      counts.timeToClose = try Self.timeToClose(groups, now, db)
      return counts
    }
  }

  /// How long findings stay open, to within 2 %, and to an hour of those that are still open.
  package func timeToClose(inGroups groups: [String]? = nil, now: WallTime) throws(StoreError) -> TimeToClose
  {
    try view { try Self.timeToClose(groups, now, $0) }
  }

  private static func timeToClose(_ groups: [String]?, _ now: WallTime, _ db: Database) throws -> TimeToClose
  {
    let groups = groups ?? [StandingCounts.everybody]
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT state, step, CAST(sum(count) AS BIGINT) AS n FROM episode_count WHERE "group" IN (\(places(groups)))
        GROUP BY state, step HAVING sum(count) > 0
        """, arguments: StatementArguments(groups))
    return TimeToClose(
      rows.map { row in
        let step: Int64 = row["step"]
        return row["state"] == "closed"
          ? (EpisodeStep.milliseconds(of: step), true, row["n"])
          : (max(0, now.milliseconds - EpisodeStep.detected(of: step)), false, row["n"])
      })
  }

  /// How often inside and outside say what, of these groups or of all.
  package func agreement(inGroups groups: [String]? = nil) throws(StoreError) -> AgreementMatrix {
    var matrix = try view { db in
      let condition = groups.map { "WHERE \"group\" IN (\(Self.places($0)))" } ?? ""
      let rows = try Row.fetchAll(
        db,
        sql:
          "SELECT inside, outside, CAST(sum(count) AS BIGINT) AS n FROM agreement_count \(condition) GROUP BY inside, outside HAVING sum(count) > 0",
        arguments: StatementArguments(groups ?? []))
      var matrix = AgreementMatrix()
      for row in rows {
        guard let inside = Look.State(rawValue: row["inside"]),
          let outside = Look.State(rawValue: row["outside"])
        else { continue }
        matrix.add(row["n"], inside: inside, outside: outside)
      }
      return matrix
    }
    // What is nobody's is no group's to know.
    if groups == nil { matrix.unattributed = try unattributedSightings() }
    return matrix
  }

  /// Ports of gateways on which inside and outside do not agree, or of all, in the order of gateways.
  package func services(
    all: Bool = false, after: JoinedService? = nil, limit: Int
  ) throws(StoreError) -> [JoinedService] {
    try view { db in
      let words = Agreement.allCases.filter { all || ($0 != .both && $0 != .neither) }.map(\.rawValue)
      var found: [JoinedService] = []
      for word in words {
        found += try Row.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT * FROM joined_service WHERE agreement = ? AND (gateway, transport, port) > (?, ?, ?)
              ORDER BY gateway, transport, port LIMIT ?
              """),
          arguments: [
            word, after?.gateway.text ?? "", after?.service.transport.rawValue ?? "",
            after.map { Int64($0.service.number) } ?? -1, limit,
          ]
        ).compactMap(JoinedService.init)
      }
      return Array(
        found.sorted {
          ($0.gateway.text, $0.service.transport.rawValue, $0.service.number)
            < ($1.gateway.text, $1.service.transport.rawValue, $1.service.number)
        }.prefix(limit))
    }
  }

  /// The ports of one gateway, as inside and outside see them.
  package func services(of gateway: GatewayID) throws(StoreError) -> [JoinedService] {
    try view { try Self.services(of: gateway, $0) }
  }

  /// As many places for arguments as there are values: `?, ?, ?`.
  static func places(_ values: [String]) -> String {
    values.map { _ in "?" }.joined(separator: ", ")
  }
}
