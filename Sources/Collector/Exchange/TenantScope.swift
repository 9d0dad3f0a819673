import Correlate

/// Whose services a document may speak of.
///
/// Every document is made through one, also where the store has chosen already: what a tenant gets holds nothing of
/// another's, whatever was handed in.
package enum TenantScope: Hashable, Sendable {
  /// The provider itself.
  case everybody
  /// A tenant that has these groups, and no gateway without one.
  case groups(Set<String>)

  package func admits(_ group: String?) -> Bool {
    switch self {
    case .everybody: true
    case .groups(let groups): group.map(groups.contains) ?? false
    }
  }

  func admitted(_ services: [ReachableService]) -> [ReachableService] {
    services.filter { admits($0.group) }
  }
}
