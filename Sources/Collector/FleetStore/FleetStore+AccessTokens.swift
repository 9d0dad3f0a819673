import SQLStore
package import Posture

extension FleetStore {
  /// Adds a token; of its secret only the hash.
  package func add(_ token: AccessToken, by: String) throws(StoreError) {
    try change { db in
      try db.execute(
        sql: """
          INSERT INTO access_token (id, hash, label, scopes, areas, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          token.id, token.hash, token.label, token.scopes.map(\.rawValue).sorted().joined(separator: " "),
          Self.list(token.groups), token.created.milliseconds, token.expires.milliseconds,
        ])
      let scopes = token.scopes.map(\.rawValue).sorted().joined(separator: " ")
      let detail =
        "\(token.label): \(scopes), \(Self.groupWords(token.groups)), until \(token.expires), by \(by)"
      try Self.write(AuditEntry(.tokenMade, at: token.created, grant: token.id, detail: detail), db)
    }
  }

  /// Every token, the newest first.
  package func accessTokens() throws(StoreError) -> [AccessToken] {
    try view { db in
      try Row.fetchAll(db, sql: "SELECT * FROM access_token ORDER BY created DESC, id").map(AccessToken.init)
    }
  }

  package func accessToken(_ id: String) throws(StoreError) -> AccessToken? {
    try view { db in
      try Row.fetchOne(db, sql: "SELECT * FROM access_token WHERE id = ?", arguments: [id]).map(
        AccessToken.init)
    }
  }

  /// Notes that a token was used.
  package func touchToken(_ id: String, at now: WallTime) throws(StoreError) {
    try change { db in
      try db.execute(
        sql: "UPDATE access_token SET used = ? WHERE id = ?", arguments: [now.milliseconds, id])
    }
  }

  /// Makes a token worthless; `false` where there is none of that name.
  package func revokeToken(_ id: String, by: String, at now: WallTime) throws(StoreError) -> Bool {
    try change { db in
      try db.execute(
        sql: "UPDATE access_token SET revoked = coalesce(revoked, ?) WHERE id = ?",
        arguments: [now.milliseconds, id])
      guard db.changesCount > 0 else { return false }
      try Self.write(AuditEntry(.tokenRevoked, at: now, grant: id, detail: "by \(by)"), db)
      return true
    }
  }
}

extension AccessToken {
  init(_ row: Row) {
    let scopes = (row["scopes"] as String).split(separator: " ").compactMap { Scope(rawValue: String($0)) }
    self.init(
      id: row["id"], hash: row["hash"], label: row["label"], scopes: Set(scopes),
      groups: FleetStore.groups(row["areas"]), created: WallTime(milliseconds: row["created"]),
      expires: WallTime(milliseconds: row["expires"]),
      used: (row["used"] as Int64?).map { WallTime(milliseconds: $0) },
      revoked: (row["revoked"] as Int64?).map { WallTime(milliseconds: $0) })
  }
}
