package import FleetContract
package import Posture
import SQLStore

/// What of one gateway a tenant may know now.
package struct TenantGateway: Hashable, Sendable {
  package var gateway: GatewayID
  /// Empty where it has none.
  package var group: String
  package var status: TenantStatus?
  package var posture: TenantPosture?
}

/// For which tenant the broker keeps something of a gateway, and the gateway's group; `nil` where it is not known any more.
package struct TenantTopics: Hashable, Sendable {
  package var gateway: GatewayID
  package var tenant: TopicName
  package var group: String?

  package init(gateway: GatewayID, tenant: TopicName, group: String?) {
    self.gateway = gateway
    self.tenant = tenant
    self.group = group
  }
}

/// What the store knows of a finding beside what its gateway said of it.
package struct FindingStanding: Hashable, Sendable {
  /// The group of its gateway.
  package var group: String
  package var kind: DeviceKind?
  package var stage: String?
}

extension FleetStore {
  private func look<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.read(body) } catch { throw StoreError(error, path: path) }
  }

  private func change<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.write(body) } catch { throw StoreError(error, path: path) }
  }

  /// The states of gateways, of those that are known.
  package func tenantGateways(_ gateways: [GatewayID]) throws(StoreError) -> [TenantGateway] {
    try look { db in
      let names = try BatchMemory.list(gateways.map(\.text).sorted())
      return try Row.fetchAll(
        db.cachedStatement(
          sql: Self.tenantGateways + " WHERE g.id IN (\(db.engine.list("?"))) ORDER BY g.id"),
        arguments: [names]
      ).compactMap(TenantGateway.init)
    }
  }

  /// Names of gateways of these groups behind a name, in their order.
  package func gateways(
    in groups: [String], after name: String, atMost limit: Int
  ) throws(StoreError) -> [GatewayID] {
    guard !groups.isEmpty else { return [] }
    return try look { db in
      try String.fetchAll(
        db,
        sql:
          "SELECT id FROM gateway WHERE \"group\" IN (\(Self.places(groups))) AND id > ? ORDER BY id LIMIT ?",
        arguments: StatementArguments(groups) + [name, limit]
      ).compactMap { GatewayID($0) }
    }
  }

  private static let tenantGateways = """
    SELECT g.id, g."group", g.online, g.status_since, p.grade, p.critical, p.high, p.medium, p.low, p.info, p.agent,
      coalesce(p.happened, p.received) AS made
    FROM gateway AS g LEFT JOIN posture AS p ON p.gateway = g.id AND p.seq = g.posture_seq
    """

  /// What is known of findings beside their events; of those whose gateways are known.
  package func standings(
    of findings: [StoredFinding]
  ) throws(StoreError) -> [GatewayID: [String: FindingStanding]] {
    var keys = RowList(.text, .text)
    for stored in findings { keys.append(stored.gateway.text, stored.event.finding.id) }
    let all = keys
    let rows = try look { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT k.gateway, k.id, g."group", f.kind, f.stage
          FROM \(db.engine.table("k", ["gateway": .text, "id": .text])) JOIN gateway AS g ON g.id = k.gateway
            LEFT JOIN finding AS f ON f.gateway = k.gateway AND f.id = k.id
          """, rows: all)
    }
    var standings: [GatewayID: [String: FindingStanding]] = [:]
    for row in rows {
      guard let gateway = GatewayID(row["gateway"] as String) else { continue }
      let stage: String? = row["stage"]
      standings[gateway, default: [:]][row["id"]] = FindingStanding(
        group: row["group"], kind: (row["kind"] as String?).flatMap(DeviceKind.init),
        stage: stage == "none" ? nil : stage)
    }
    return standings
  }

  // MARK: What the broker keeps

  /// Notes, before it is so, that the broker keeps something of gateways for tenants.
  ///
  /// Returns those that have left their group meanwhile: nothing is noted of them, so nothing may be published.
  package func note(_ topics: [TenantTopics]) throws(StoreError) -> [TenantTopics] {
    let known = try look { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT gateway, tenant FROM tenant_topic WHERE gateway IN (\(db.engine.list("?")))"),
        arguments: [try BatchMemory.list(topics.map(\.gateway.text))]
      ).map { "\($0["gateway"] as String) \($0["tenant"] as String)" }
    }
    let old = Set(known)
    let new = topics.filter { !old.contains("\($0.gateway) \($0.tenant)") }
    guard !new.isEmpty else { return [] }
    return try change { db in
      try new.filter { topic in
        try db.cachedStatement(
          sql: """
            INSERT INTO tenant_topic (gateway, tenant, stale) SELECT id, ?, 0 FROM gateway WHERE id = ? AND "group" = ?
            ON CONFLICT (gateway, tenant) DO UPDATE SET stale = tenant_topic.stale
            """
        ).execute(arguments: [topic.tenant.description, topic.gateway.text, topic.group ?? ""])
        return db.changesCount == 0
      }
    }
  }

  /// What the broker keeps and perhaps should not: its gateway was erased or changed its group.
  package func staleTopics(atMost limit: Int) throws(StoreError) -> [TenantTopics] {
    try look { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT t.gateway, t.tenant, g."group" FROM tenant_topic AS t LEFT JOIN gateway AS g ON g.id = t.gateway
          WHERE t.stale = 1 ORDER BY t.gateway, t.tenant LIMIT ?
          """, arguments: [limit]
      ).compactMap { row in
        guard let gateway = GatewayID(row["gateway"] as String),
          let tenant = TopicName(row["tenant"] as String)
        else { return nil }
        return TenantTopics(gateway: gateway, tenant: tenant, group: row["group"])
      }
    }
  }

  /// Notes what the broker keeps no more, and what it keeps rightly.
  package func settle(cleared: [TenantTopics], kept: [TenantTopics]) throws(StoreError) {
    guard !cleared.isEmpty || !kept.isEmpty else { return }
    try change { db in
      for (topics, sql) in [
        (cleared, "DELETE FROM tenant_topic"), (kept, "UPDATE tenant_topic SET stale = 0"),
      ] {
        for topic in topics {
          try db.cachedStatement(sql: sql + " WHERE gateway = ? AND tenant = ?")
            .execute(arguments: [topic.gateway.text, topic.tenant.description])
        }
      }
    }
  }

  /// Has looked at again what the broker keeps for others than these tenants, and of gateways of other groups.
  package func doubtTopics(but tenants: [TopicName: [String]]) throws(StoreError) {
    try change { db in
      let names = tenants.keys.map(\.description).sorted()
      let others = names.isEmpty ? "" : " WHERE tenant NOT IN (\(Self.places(names)))"
      try db.execute(
        sql: "UPDATE tenant_topic SET stale = 1" + others, arguments: StatementArguments(names))
      for (tenant, groups) in tenants.sorted(by: { $0.key.description < $1.key.description }) {
        try db.execute(
          sql: """
            UPDATE tenant_topic SET stale = 1 WHERE tenant = ? AND NOT EXISTS (
              SELECT 1 FROM gateway AS g WHERE g.id = tenant_topic.gateway AND g."group" IN (\(Self.places(groups))))
            """, arguments: [tenant.description] + StatementArguments(groups))
      }
    }
  }

  /// Has looked at again what the broker keeps of one gateway.
  static func doubtTopics(of gateway: GatewayID, _ db: Database) throws {
    try db.cachedStatement(sql: "UPDATE tenant_topic SET stale = 1 WHERE gateway = ?")
      .execute(arguments: [gateway.text])
  }
}

extension TenantGateway {
  init?(_ row: Row) {
    guard let gateway = GatewayID(row["id"] as String) else { return nil }
    self.gateway = gateway
    group = row["group"]
    status = (row["online"] as Bool?).map {
      TenantStatus(
        of: gateway, online: $0,
        since: (row["status_since"] as Int64?).map { WallTime(milliseconds: $0) })
    }
    guard let grade = (row["grade"] as String?).flatMap(Grade.init) else { return }
    let counts = Severity.allCases.map { ($0, row[$0.rawValue] as Int) }
    posture = TenantPosture(
      of: gateway, time: WallTime(milliseconds: row["made"]),
      findings: Dictionary(uniqueKeysWithValues: counts), grade: grade, agentVersion: row["agent"])
  }
}

/// The table of what is published for tenants.
enum TenantSchema {
  static let version18 = """
    -- For which tenants the broker keeps something of a gateway; 'stale' where that is to be looked at again. It outlives
    -- the gateway's row, or nobody would know what to take away.
    CREATE TABLE tenant_topic (
      gateway TEXT NOT NULL, tenant TEXT NOT NULL, stale INTEGER NOT NULL,
      PRIMARY KEY (gateway, tenant)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tenant_topic_stale ON tenant_topic (gateway, tenant) WHERE stale = 1;
    """
}
