package import Posture

/// Somebody who may sign in.
package struct Account: Hashable, Sendable {
  package enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    /// Sees and does everything.
    case `operator`
    /// Sees findings and notes what is done about them.
    case technician
    /// Sees its own groups, and changes nothing.
    case tenant
  }

  package var name: String
  package var role: Role
  /// Gateways of these groups alone; `nil` for all of them.
  package var groups: [String]?
  /// As `PasswordHash` makes it.
  package var password: String
  package var created: WallTime
  /// When role, groups or password were changed last.
  package var changed: WallTime

  /// Creates an account; a tenant without groups would see everybody's, so it gets none at all.
  package init(
    _ name: String, _ role: Role, groups: [String]?, password: String, created: WallTime,
    changed: WallTime? = nil
  ) {
    self.name = name
    self.role = role
    self.groups = role == .tenant ? groups ?? [] : groups
    self.password = password
    self.created = created
    self.changed = changed ?? created
  }
}

extension Account: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, role, groups, created, changed
  }

  /// Without the password's hash.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(role, forKey: .role)
    try container.encodeIfPresent(groups, forKey: .groups)
    try container.encode(created, forKey: .created)
    try container.encode(changed, forKey: .changed)
  }
}

/// Somebody who is signed in.
package struct Visit: Hashable, Sendable {
  package var account: Account
  package var began: WallTime
  /// When a request came last.
  package var used: WallTime

  /// Without a request for this long, a visit is over: somebody left a screen alone.
  package static let idle: Duration = .seconds(1800)
  /// No visit lasts longer than a working day.
  package static let longest: Duration = .seconds(12 * 3600)

  package func isOver(at now: WallTime) -> Bool {
    // A clock that went back must not make a visit last for ever.
    now < began || now.milliseconds - began.milliseconds >= Self.longest.components.seconds * 1000
      || now.milliseconds - used.milliseconds >= Self.idle.components.seconds * 1000
  }
}

/// What a program comes in with.
package struct AccessToken: Hashable, Sendable {
  package enum Scope: String, Hashable, Sendable, Codable, CaseIterable {
    /// Gateways, findings, regions and what is derived from them.
    case read
    /// Accept, mute and note findings.
    case decide
    /// Campaigns, trials and the audit, which are of no tenant.
    case provider
  }

  package var id: String
  /// The SHA-256 of the secret, in hexadecimal.
  package var hash: String
  /// What it is for, in people's words.
  package var label: String
  package var scopes: Set<Scope>
  /// Gateways of these groups alone; `nil` for all of them.
  package var groups: [String]?
  package var created: WallTime
  package var expires: WallTime
  package var used: WallTime?
  package var revoked: WallTime?

  package init(
    id: String, hash: String, label: String, scopes: Set<Scope>, groups: [String]?, created: WallTime,
    expires: WallTime, used: WallTime? = nil, revoked: WallTime? = nil
  ) {
    self.id = id
    self.hash = hash
    self.label = label
    self.scopes = scopes
    self.groups = groups
    self.created = created
    self.expires = expires
    self.used = used
    self.revoked = revoked
  }

  /// Whether it lets anybody in.
  package func isGood(at now: WallTime) -> Bool { revoked == nil && created <= now && now < expires }
}

extension AccessToken: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id, label, scopes, groups, created, expires, used, revoked
  }

  /// Without the secret's hash.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(label, forKey: .label)
    try container.encode(scopes.map(\.rawValue).sorted(), forKey: .scopes)
    try container.encodeIfPresent(groups, forKey: .groups)
    try container.encode(created, forKey: .created)
    try container.encode(expires, forKey: .expires)
    try container.encodeIfPresent(used, forKey: .used)
    try container.encodeIfPresent(revoked, forKey: .revoked)
  }
}
