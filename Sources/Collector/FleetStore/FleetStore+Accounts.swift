import FoundationEssentials
import SQLStore
package import Posture

extension FleetStore {
  /// Adds somebody; `false` where that name is taken.
  package func add(_ account: Account, by: String) throws(StoreError) -> Bool {
    try change { db in
      guard try Self.account(account.name, db) == nil else { return false }
      try db.execute(
        sql: "INSERT INTO account (name, role, areas, password, created, changed) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          account.name, account.role.rawValue, Self.list(account.groups), account.password,
          account.created.milliseconds, account.changed.milliseconds,
        ])
      let detail = "\(account.name), \(account.role.rawValue), \(Self.groupWords(account.groups)), by \(by)"
      try Self.write(AuditEntry(.accountAdded, at: account.created, detail: detail), db)
      return true
    }
  }

  package func accounts() throws(StoreError) -> [Account] {
    try view { db in
      try Row.fetchAll(db, sql: "SELECT * FROM account ORDER BY name").compactMap(Account.init)
    }
  }

  package func account(_ name: String) throws(StoreError) -> Account? {
    try view { db in try Self.account(name, db) }
  }

  /// Removes somebody, who is out at once; `false` where there is none of that name.
  package func removeAccount(_ name: String, by: String, at now: WallTime) throws(StoreError) -> Bool {
    try change { db in
      try db.execute(sql: "DELETE FROM account WHERE name = ?", arguments: [name])
      guard db.changesCount > 0 else { return false }
      try Self.write(AuditEntry(.accountRemoved, at: now, detail: "\(name), by \(by)"), db)
      return true
    }
  }

  /// Sets another password, and ends every visit of that name; `false` where there is none.
  package func setPassword(
    _ hash: String, of name: String, by: String, at now: WallTime
  ) throws(StoreError) -> Bool {
    try change { db in
      try db.execute(
        sql: "UPDATE account SET password = ?, changed = ? WHERE name = ?",
        arguments: [hash, now.milliseconds, name])
      guard db.changesCount > 0 else { return false }
      try db.execute(sql: "DELETE FROM visit WHERE account = ?", arguments: [name])
      try Self.write(AuditEntry(.passwordChanged, at: now, detail: "\(name), by \(by)"), db)
      return true
    }
  }

  /// Begins a visit; of what the browser has only the hash.
  ///
  /// Visits of one account have a bound; the one that was used longest ago ends first.
  package func beginVisit(
    _ hash: String, of name: String, from source: String, at now: WallTime
  ) throws(StoreError) {
    try change { db in
      try db.execute(
        sql: "INSERT INTO visit (hash, account, began, used, source) VALUES (?, ?, ?, ?, ?)",
        arguments: [hash, name, now.milliseconds, now.milliseconds, source])
      try db.execute(
        sql: "DELETE FROM visit WHERE used < ? OR began < ?",
        arguments: [
          now.milliseconds - Visit.idle.components.seconds * 1000,
          now.milliseconds - Visit.longest.components.seconds * 1000,
        ])
      try db.execute(
        sql: """
          DELETE FROM visit WHERE account = ? AND hash NOT IN (
            SELECT hash FROM visit WHERE account = ? ORDER BY used DESC, hash LIMIT 10)
          """, arguments: [name, name])
      try Self.write(AuditEntry(.signedIn, at: now, source: source, detail: name), db)
    }
  }

  /// The visit of that hash, whether over or not; `nil` where there is none.
  package func visit(_ hash: String) throws(StoreError) -> Visit? {
    try view { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM visit WHERE hash = ?", arguments: [hash]),
        let account = try Self.account(row["account"], db)
      else { return nil }
      return Visit(
        account: account, began: WallTime(milliseconds: row["began"]),
        used: WallTime(milliseconds: row["used"])
      )
    }
  }

  /// Notes that a visit goes on.
  package func touchVisit(_ hash: String, at now: WallTime) throws(StoreError) {
    try change { db in
      try db.execute(
        sql: "UPDATE visit SET used = ? WHERE hash = ?", arguments: [now.milliseconds, hash])
    }
  }

  package func endVisit(_ hash: String, at now: WallTime) throws(StoreError) {
    try change { db in
      let name = try String.fetchOne(
        db, sql: "SELECT account FROM visit WHERE hash = ?", arguments: [hash])
      guard let name else { return }
      try db.execute(sql: "DELETE FROM visit WHERE hash = ?", arguments: [hash])
      try Self.write(AuditEntry(.signedOut, at: now, detail: name), db)
    }
  }

  private static func account(_ name: String, _ db: Database) throws -> Account? {
    try Row.fetchOne(db, sql: "SELECT * FROM account WHERE name = ?", arguments: [name]).flatMap(Account.init)
  }

  static func list(_ groups: [String]?) -> String? {
    groups.flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// What was kept of a list; one that cannot be read admits nobody.
  static func groups(_ text: String?) -> [String]? {
    text.map { (try? JSONDecoder().decode([String].self, from: Data($0.utf8))) ?? [] }
  }

  static func groupWords(_ groups: [String]?) -> String {
    groups.map { $0.isEmpty ? "no group" : $0.joined(separator: " ") } ?? "all groups"
  }
}

extension Account {
  init?(_ row: Row) {
    guard let role = Role(rawValue: row["role"]) else { return nil }
    self.init(
      row["name"], role, groups: FleetStore.groups(row["areas"]), password: row["password"],
      created: WallTime(milliseconds: row["created"]), changed: WallTime(milliseconds: row["changed"]))
  }
}
