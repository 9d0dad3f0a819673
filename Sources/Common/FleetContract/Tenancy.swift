/// Whoever may know of some of a provider's gateways what the provider sees by default: a city, a subsidiary.
///
/// The name is one level of a topic, and so is the name of each of its users at the broker.
package enum Tenancy {
  /// The level below which all that tenants may read is.
  package static let level = "isp"

  /// What is wrong with the name of a tenant; `nil` where nothing is.
  package static func problem(ofName name: String) -> String? {
    guard TopicName(name) != nil else { return "'\(name)' is no name; \(rule)" }
    // What collectors read of every gateway would match the topics of such a tenant too.
    guard !["status", "twin", "evt", "met", "res", "ack", "note", "cmd"].contains(name) else {
      return "'\(name)' is a word of the gateways' own topics; choose another"
    }
    return nil
  }

  /// What is wrong with the name of a tenant's user; `nil` where nothing is.
  package static func problem(ofUser name: String) -> String? {
    guard TopicName(name) != nil else { return "'\(name)' is no name of a user; \(rule)" }
    if GatewayID(name) != nil || name.hasPrefix("gw-") { return "'\(name)' is the name of a gateway" }
    if ["", "door-", "note-"].contains(where: { name.hasPrefix($0 + "kadomori-collector-") }) {
      return "'\(name)' is the name of a collector"
    }
    // Such a user's own topics would be those of all tenants.
    return name == level ? "'\(name)' is a word of the contract's own topics; choose another" : nil
  }

  private static let rule = "write up to 64 letters, digits, '.', '_' and '-', beginning with no '_'"
}

/// A user of the broker who reads what is published for a tenant.
package struct TenantReader: Hashable, Sendable {
  package var user: TopicName
  /// `nil` for who is no tenant's user any more: whoever has its certificate may do nothing.
  package var tenant: TopicName?

  package init(user: TopicName, tenant: TopicName?) {
    self.user = user
    self.tenant = tenant
  }
}

/// What a tenant may know of one gateway.
package enum TenantChannel: Hashable, Sendable, CustomStringConvertible {
  case status
  case posture
  case event(TopicName)

  package var description: String {
    switch self {
    case .status: "status"
    case .posture: "posture"
    case .event(let type): "evt/\(type)"
    }
  }

  /// The gateway's own channel that it follows.
  package var source: Channel {
    switch self {
    case .status: .status
    case .posture: .posture
    case .event(let type): .event(type)
    }
  }

  /// Reads the levels behind the gateway's name.
  init?(levels: [Substring]) {
    switch (levels.count, levels.first) {
    case (1, "status"): self = .status
    case (1, "posture"): self = .posture
    case (2, "evt"):
      guard let type = TopicName(levels[1]) else { return nil }
      self = .event(type)
    default: return nil
    }
  }
}
