package import Casework
package import Correlate
import SQLStore
package import Posture

/// How many findings of one day were opened and closed, by the gateways' word.
package struct DayCount: Hashable, Sendable {
  /// Days since 1970, in UTC.
  package var day: Int64
  package var opened = 0
  package var closed = 0
}

/// How many gateways of one group are on line.
package struct RegionCount: Hashable, Sendable {
  /// `nil` for those that belong to none.
  package var group: String?
  package var online: Int
  package var offline: Int
  /// Of the latter, those whose connection was lost without a farewell.
  package var lost: Int
}

extension FleetStore {
  /// What of groups is asked for, as a condition about `e."group"`.
  private static func condition(_ groups: [String]?) -> (sql: String, arguments: StatementArguments) {
    guard let groups else { return ("1 = 1", []) }
    if groups.isEmpty { return ("1 = 0", []) }
    return (
      "e.\"group\" IN (\(groups.map { _ in "?" }.joined(separator: ", ")))", StatementArguments(groups)
    )
  }

  /// Counts what was opened and closed since a time, day by day; days without either are left out.
  package func findingDays(
    since: WallTime, groups: [String]? = nil
  ) throws(StoreError) -> [DayCount] {
    let (condition, names) = Self.condition(groups)
    return try view { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT s.time / 86400000 AS day, s.step AS step, count(*) AS n
          FROM finding_step AS s LEFT JOIN enrolment AS e ON e.gateway = s.gateway
          WHERE s.step IN ('opened', 'closed') AND s.time >= ? AND \(condition)
          GROUP BY s.time / 86400000, s.step ORDER BY 1
          """, arguments: [since.milliseconds] + names)
      var days: [DayCount] = []
      for row in rows {
        let day: Int64 = row["day"]
        if days.last?.day != day { days.append(DayCount(day: day)) }
        if row["step"] as String == "opened" {
          days[days.count - 1].opened = row["n"]
        } else {
          days[days.count - 1].closed = row["n"]
        }
      }
      return days
    }
  }

  /// Counts who is on line in each group; looks at every gateway that is not revoked.
  package func regions(groups: [String]? = nil) throws(StoreError) -> [RegionCount] {
    let (condition, names) = Self.condition(groups)
    return try view { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT e."group" AS name, sum(CASE WHEN g.online = 1 THEN 1 ELSE 0 END) AS up,
            sum(CASE WHEN g.online = 0 THEN 1 ELSE 0 END) AS down,
            sum(CASE WHEN g.online = 0 AND g.cause = 'lost' THEN 1 ELSE 0 END) AS lost
          FROM gateway AS g LEFT JOIN enrolment AS e ON e.gateway = g.id
          WHERE e.revoked IS NULL AND \(condition) GROUP BY e."group" ORDER BY 1
          """, arguments: names
      ).map {
        RegionCount(group: $0["name"], online: $0["up"], offline: $0["down"], lost: $0["lost"])
      }
    }
  }

  /// Ports on which inside and outside do not agree, of these groups or of all, in the order of gateways.
  package func differences(
    inGroups groups: [String]? = nil, limit: Int
  ) throws(StoreError) -> [JoinedService] {
    guard let groups else { return try services(limit: limit) }
    if groups.isEmpty { return [] }
    return try view { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM joined_service WHERE agreement NOT IN ('both', 'neither')
            AND "group" IN (\(Self.places(groups))) ORDER BY gateway, transport, port LIMIT ?
          """, arguments: StatementArguments(groups) + [limit]
      ).compactMap(JoinedService.init)
    }
  }

  /// How many findings were noted to have been told, acknowledged and acted on since a time.
  package func stepCounts(
    since: WallTime, groups: [String]? = nil
  ) throws(StoreError) -> [CaseStep.Kind: Int] {
    let (condition, names) = Self.condition(groups)
    return try view { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT s.step AS step, count(*) AS n
          FROM finding_step AS s LEFT JOIN enrolment AS e ON e.gateway = s.gateway
          WHERE s.time >= ? AND \(condition) GROUP BY s.step
          """, arguments: [since.milliseconds] + names)
      return Dictionary(
        rows.compactMap { row in CaseStep.Kind(rawValue: row["step"]).map { ($0, row["n"] as Int) } }
      ) { first, _ in first }
    }
  }

  /// The groups of every gateway that enrolled for one.
  package func groupNames(among groups: [String]? = nil) throws(StoreError) -> [String] {
    let (condition, names) = Self.condition(groups)
    return try view { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT e."group" FROM enrolment AS e WHERE e."group" IS NOT NULL AND \(condition)
          ORDER BY 1 LIMIT 1000
          """, arguments: names)
    }
  }
}
