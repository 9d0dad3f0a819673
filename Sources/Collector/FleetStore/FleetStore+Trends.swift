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
  /// The rows of a count that are asked for: of all together, or of these groups.
  private static func condition(_ groups: [String]?) -> (sql: String, arguments: StatementArguments) {
    let names = groups ?? [StandingCounts.everybody]
    return names.isEmpty ? ("1 = 0", []) : ("\"group\" IN (\(places(names)))", StatementArguments(names))
  }

  /// Counts what was opened and closed since the day of a time, day by day; days without either are left out.
  package func findingDays(
    since: WallTime, groups: [String]? = nil
  ) throws(StoreError) -> [DayCount] {
    let (condition, names) = Self.condition(groups)
    return try view { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT day, step, CAST(sum(count) AS BIGINT) AS n FROM step_count
          WHERE \(condition) AND day >= ? AND step IN ('opened', 'closed') GROUP BY day, step ORDER BY day
          """, arguments: names + [since.milliseconds / 86_400_000])
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

  /// Counts who is on line in each group, without those that are revoked.
  package func regions(groups: [String]? = nil) throws(StoreError) -> [RegionCount] {
    if groups?.isEmpty == true { return [] }
    return try view { db in
      var regions: [String: RegionCount] = [:]
      for (cell, count) in try Self.gatewayCells(groups, db) where cell.state != "revoked" {
        var region =
          regions[cell.group]
          ?? RegionCount(group: cell.group.isEmpty ? nil : cell.group, online: 0, offline: 0, lost: 0)
        switch cell.state {
        case "online": region.online += count
        case "offline": region.offline += count
        case "lost":
          region.offline += count
          region.lost += count
        default: break
        }
        regions[cell.group] = region
      }
      return regions.values.sorted { ($0.group ?? "") < ($1.group ?? "") }
    }
  }

  /// Ports on which inside and outside do not agree, of these groups or of all, in the order of gateways.
  package func differences(
    inGroups groups: [String]? = nil, limit: Int
  ) throws(StoreError) -> [JoinedService] {
    guard let groups else { return try services(limit: limit) }
    if groups.isEmpty { return [] }
    return try view { db in
      // Of few gateways all ports are read; among many, those of these groups lie close together.
      let isFew = try Self.gatewayCells(groups, db).values.reduce(0, +) <= Self.fewGateways
      let which =
        isFew
        ? "gateway IN (SELECT id FROM gateway WHERE \"group\" IN (\(Self.places(groups))))"
        : "\"group\" IN (\(Self.places(groups)))"
      return try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM joined_service WHERE agreement NOT IN ('both', 'neither') AND \(which)
          ORDER BY gateway, transport, port LIMIT ?
          """, arguments: StatementArguments(groups) + [limit]
      ).compactMap(JoinedService.init)
    }
  }

  /// How many findings were noted to have been told, acknowledged and acted on since the day of a time.
  package func stepCounts(
    since: WallTime, groups: [String]? = nil
  ) throws(StoreError) -> [CaseStep.Kind: Int] {
    let (condition, names) = Self.condition(groups)
    return try view { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT step, CAST(sum(count) AS BIGINT) AS n FROM step_count WHERE \(condition) AND day >= ? GROUP BY step
          """, arguments: names + [since.milliseconds / 86_400_000])
      return Dictionary(
        rows.compactMap { row in CaseStep.Kind(rawValue: row["step"]).map { ($0, row["n"] as Int) } }
      ) { first, _ in first }
    }
  }

  /// The groups that gateways are or were in; at most 1000.
  package func groupNames(among groups: [String]? = nil) throws(StoreError) -> [String] {
    if groups?.isEmpty == true { return [] }
    let (condition, names) = groups == nil ? ("\"group\" <> ''", []) : Self.condition(groups)
    return try view { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT \"group\" FROM gateway_count WHERE \(condition) ORDER BY 1 LIMIT 1000",
        arguments: names)
    }
  }
}
