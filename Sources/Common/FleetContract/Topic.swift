/// An MQTT topic of the contract, below `kadomori/v1/`.
package enum Topic: Hashable, Sendable {
  /// What one gateway says or is told.
  case gateway(GatewayID, Channel)
  /// The signed policy of a group of gateways.
  case policy(group: TopicName)
  /// The signed firmware profiles of a group of gateways.
  case profiles(group: TopicName)
  /// Whether a collector is there to store what is sent.
  case collectorStatus(collector: TopicName)
  /// What a tenant may know of one gateway.
  case tenant(TopicName, GatewayID, TenantChannel)
}

/// What a topic of one gateway carries.
package enum Channel: Hashable, Sendable {
  case status
  case posture
  /// Valid iff the part is 1 to `DevicesBody.maximumParts`; the first has no number in its topic.
  case devices(part: Int)
  case exposures
  case event(TopicName)
  case metrics(TopicName)
  case ack
  case note(TopicName)
  case command(CommandVerb, id: TopicName)
  case result(TopicName)

  /// The list of devices where it fits one message.
  package static let devices = Channel.devices(part: 1)
}

extension Topic: LosslessStringConvertible {
  package static let root = "kadomori/v1"

  package var description: String {
    switch self {
    case .gateway(let gateway, let channel): "\(Self.root)/\(gateway)/\(channel)"
    case .policy(let group): "\(Self.root)/_policy/\(group)"
    case .profiles(let group): "\(Self.root)/_profiles/\(group)"
    case .collectorStatus(let collector): "\(Self.root)/_collector/\(collector)/status"
    case .tenant(let tenant, let gateway, let channel):
      "\(Self.root)/\(Tenancy.level)/\(tenant)/\(gateway)/\(channel)"
    }
  }

  /// Reads a topic as the broker delivers it; `nil` for every topic the contract does not know.
  package init?(_ text: String) {
    guard text.utf8.count <= 256 else { return nil }
    let levels = text.split(separator: "/", omittingEmptySubsequences: false)
    guard levels.count >= 4, levels[0] == "kadomori", levels[1] == "v1" else { return nil }
    let rest = levels[3...]
    switch levels[2] {
    case "_policy", "_profiles":
      guard rest.count == 1, let group = TopicName(levels[3]) else { return nil }
      self = levels[2] == "_policy" ? .policy(group: group) : .profiles(group: group)
    case "_collector":
      guard rest.count == 2, levels[4] == "status", let collector = TopicName(levels[3]) else { return nil }
      self = .collectorStatus(collector: collector)
    case Tenancy.level[...]:
      guard rest.count >= 3, let tenant = TopicName(levels[3]), let gateway = GatewayID(String(levels[4])),
        let channel = TenantChannel(levels: Array(rest.dropFirst(2)))
      else { return nil }
      self = .tenant(tenant, gateway, channel)
    default:
      guard let gateway = GatewayID(String(levels[2])), let channel = Channel(levels: Array(rest)) else {
        return nil
      }
      self = .gateway(gateway, channel)
    }
  }
}

extension Channel: CustomStringConvertible {
  package var description: String {
    switch self {
    case .status: "status"
    case .posture: "twin/posture"
    case .devices(part: 1): "twin/devices"
    case .devices(let part): "twin/devices/\(part)"
    case .exposures: "twin/exposures"
    case .event(let type): "evt/\(type)"
    case .metrics(let group): "met/\(group)"
    case .ack: "ack"
    case .note(let id): "note/\(id)"
    case .command(let verb, let id): "cmd/\(verb.rawValue)/\(id)"
    case .result(let id): "res/\(id)"
    }
  }

  /// Reads the levels behind the gateway's name.
  init?(levels: [Substring]) {
    switch (levels.count, levels[0]) {
    case (1, "status"): self = .status
    case (1, "ack"): self = .ack
    case (2, "twin"): self.init(twin: levels[1])
    case (3, "twin"):
      // Leading zeros and signs would give one part two topics.
      guard levels[1] == "devices", let part = Int(levels[2]), String(part) == levels[2],
        (2...DevicesBody.maximumParts).contains(part)
      else { return nil }
      self = .devices(part: part)
    case (2, _):
      guard let name = TopicName(levels[1]) else { return nil }
      self.init(kind: levels[0], name: name)
    case (3, "cmd"):
      guard let verb = CommandVerb(rawValue: String(levels[1])), let id = TopicName(levels[2]) else {
        return nil
      }
      self = .command(verb, id: id)
    default: return nil
    }
  }

  private init?(twin: Substring) {
    switch twin {
    case "posture": self = .posture
    case "devices": self = .devices
    case "exposures": self = .exposures
    default: return nil
    }
  }

  private init?(kind: Substring, name: TopicName) {
    switch kind {
    case "evt": self = .event(name)
    case "met": self = .metrics(name)
    case "note": self = .note(name)
    case "res": self = .result(name)
    default: return nil
    }
  }
}
