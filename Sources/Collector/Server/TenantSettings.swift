package import FleetContract
package import Settings

/// Who may know of the gateways of some groups what the provider sees by default.
///
/// ```yaml
/// tenants:
///   - name: city-water              # one level of the topics that are published for it
///     groups: [area-7, area-8]      # of gateways, as they enrolled
///     users: [city-water-mqtt]      # of the broker: names of certificates, or whatever the broker knows them by
/// ```
package struct TenantSettings: Hashable, Sendable {
  package var name: TopicName
  package var groups: [TopicName]
  package var users: [TopicName]

  /// Its users, each with the right to read what is published for it.
  package var readers: [TenantReader] { users.map { TenantReader(user: $0, tenant: name) } }

  /// Tenants, at most 200; `collector` is the collector's own name at a configured broker, which no tenant may have.
  package static func list(without collector: String?) -> Format<[TenantSettings]> {
    Format<[TenantSettings]>.list(of: one(without: collector), atMost: 200).map { tenants, field in
      var names: Set<TopicName> = []
      var users: Set<TopicName> = []
      for tenant in tenants {
        guard names.insert(tenant.name).inserted else {
          return field.fail("there are two tenants named '\(tenant.name)'; write each once")
        }
        for user in tenant.users where !users.insert(user).inserted {
          return field.fail("'\(user)' is a user of two tenants, or twice of one; write each once")
        }
      }
      return tenants
    }
  }

  private static func one(without collector: String?) -> Format<TenantSettings> {
    .mapping { reader in
      let name = reader.required("name", word(Tenancy.problem(ofName:)))
      let groups = reader.required(
        "groups",
        .list(
          of: word { TopicName($0) == nil ? "'\($0)' is no name of a group" : nil }, atLeast: 1, atMost: 500))
      let user = word { text in
        if text == collector { return "'\(text)' is the user that the collector itself is at the broker" }
        return Tenancy.problem(ofUser: text)
      }
      let users = reader.optional("users", .list(of: user, atMost: 100), default: [])
      guard let name, let groups else { return nil }
      return TenantSettings(name: name, groups: groups, users: users)
    }
  }

  private static func word(_ problem: @escaping @Sendable (String) -> String?) -> Format<TopicName> {
    Format<String>.string.checked(problem).map { text, _ in TopicName(text) }
  }
}
