package import FleetStore

/// Shows the fleet: pages for people, and an HTTP API for programs.
///
/// Who asks, and what of the fleet it may see and do. Every answer is made for one.
package struct Access: Hashable, Sendable {
  package enum Right: Hashable, Sendable, CaseIterable {
    /// Note what was done about a finding.
    case note
    /// Accept, mute or reopen a finding.
    case decide
    /// See what is of the whole provider, and of no tenant: campaigns, trials.
    case provider
    /// See who did what.
    case audit
  }

  /// As it stands in the audit.
  package var name: String
  package var rights: Set<Right>
  /// Gateways of these groups alone; `nil` for all of them.
  package var groups: [String]?

  private init(_ name: String, _ rights: Set<Right>, _ groups: [String]?) {
    self.name = name
    // What is of the whole provider is not for whoever has a part of it.
    self.rights = groups == nil ? rights : rights.subtracting([.provider, .audit])
    self.groups = groups
  }

  package init(_ account: Account) {
    let rights: Set<Right> =
      switch account.role {
      case .operator: [.note, .decide, .provider, .audit]
      case .technician: [.note, .provider]
      case .tenant: []
      }
    self.init(account.name, rights, account.groups)
  }

  package init(_ token: AccessToken) {
    var rights: Set<Right> = []
    if token.scopes.contains(.decide) { rights.formUnion([.note, .decide]) }
    if token.scopes.contains(.provider) { rights.formUnion([.provider, .audit]) }
    self.init("token \(token.id)", rights, token.groups)
  }

  package func may(_ right: Right) -> Bool { rights.contains(right) }

  /// Whether gateways of a group are for its eyes.
  package func sees(_ group: String?) -> Bool {
    guard let groups else { return true }
    return group.map(groups.contains) ?? false
  }
}
