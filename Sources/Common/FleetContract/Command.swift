/// What a gateway can be told to do: a closed list.
package enum CommandVerb: String, Hashable, Sendable, Codable, CaseIterable {
  case scan, plan, close, confirm, undo, release, report
  case setPolicy = "set-policy"
}

/// A verb with its arguments.
package enum Command: Hashable, Sendable {
  /// Scan one LAN that the gateway's owner named, or all of them.
  case scan(interface: String?)
  /// Say what would be closed, and close nothing.
  case plan
  case close(ClosingOrder)
  /// Let a provisional closing last.
  case confirm(closing: TopicName)
  case undo(closing: TopicName)
  /// Let the LAN behind the gateway on line after a return of power.
  case release
  /// Send the state again.
  case report
  case setPolicy(scanEvery: Duration)

  /// What is to be closed, and for how long unless it is confirmed.
  package struct ClosingOrder: Hashable, Sendable {
    package enum Place: String, Hashable, Sendable, Codable, CaseIterable {
      case gateway, mapping, forward
    }

    package var place: Place
    /// As in a finding: `tcp/23`.
    package var service: String
    package var provisional: Duration

    package init(place: Place, service: String, provisional: Duration = .seconds(600)) {
      self.place = place
      self.service = service
      self.provisional = provisional
    }
  }

  package var verb: CommandVerb {
    switch self {
    case .scan: .scan
    case .plan: .plan
    case .close: .close
    case .confirm: .confirm
    case .undo: .undo
    case .release: .release
    case .report: .report
    case .setPolicy: .setPolicy
    }
  }

  /// What the kernel takes for the name of an interface (dev_valid_name in net/core/dev.c), printable.
  package static func isInterfaceName(_ name: String) -> Bool {
    (1...15).contains(name.utf8.count) && name != "." && name != ".."
      && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x2f && $0 != 0x3a }
  }

  /// The shortest and the longest time between scans that a policy can ask for.
  package static let scanIntervals: ClosedRange<Int64> = 300...(31 * 86_400)
  /// How long a closing may last without a confirmation, in seconds.
  package static let provisionalTimes: ClosedRange<Int64> = 60...86_400
}

extension Command {
  /// The names of each verb's arguments; any other is refused.
  private static func names(_ verb: CommandVerb) -> Set<String> {
    switch verb {
    case .scan: ["interface"]
    case .close: ["where", "service", "provisional_s"]
    case .confirm, .undo: ["closing"]
    case .setPolicy: ["scan_every_s"]
    case .plan, .release, .report: []
    }
  }

  /// Reads the arguments of a verb.
  init(_ verb: CommandVerb, from decoder: any Decoder) throws {
    let args = try StrictObject(decoder, names: Self.names(verb))
    switch verb {
    case .scan:
      let interface = try args.optional(String.self, "interface")
      if let interface, !Self.isInterfaceName(interface) {
        throw Rejection.field("args.interface is no name of an interface")
      }
      self = .scan(interface: interface)
    case .plan: self = .plan
    case .close:
      let service = try args.required(String.self, "service")
      let seconds = try args.optional(Int64.self, "provisional_s") ?? 600
      guard Self.isService(service), Self.provisionalTimes.contains(seconds) else {
        throw Rejection.field("args.service or args.provisional_s is out of range")
      }
      self = .close(
        ClosingOrder(
          place: try args.required(ClosingOrder.Place.self, "where"), service: service,
          provisional: .seconds(seconds)))
    case .confirm: self = .confirm(closing: try args.required(TopicName.self, "closing"))
    case .undo: self = .undo(closing: try args.required(TopicName.self, "closing"))
    case .release: self = .release
    case .report: self = .report
    case .setPolicy:
      let seconds = try args.required(Int64.self, "scan_every_s")
      guard Self.scanIntervals.contains(seconds) else {
        throw Rejection.field("args.scan_every_s is out of range")
      }
      self = .setPolicy(scanEvery: .seconds(seconds))
    }
  }

  /// Whether a text is `tcp/1` to `udp/65535`.
  package static func isService(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "tcp" || parts[0] == "udp", let port = UInt16(parts[1]) else {
      return false
    }
    return port > 0 && String(port) == parts[1]
  }
}

/// The arguments alone, as an object.
extension Command: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    switch self {
    case .scan(let interface): try container.encodeIfPresent(interface, forKey: "interface")
    case .plan, .release, .report: break
    case .close(let order):
      try container.encode(order.place, forKey: "where")
      try container.encode(order.service, forKey: "service")
      try container.encode(order.provisional.components.seconds, forKey: "provisional_s")
    case .confirm(let closing), .undo(let closing): try container.encode(closing, forKey: "closing")
    case .setPolicy(let time): try container.encode(time.components.seconds, forKey: "scan_every_s")
    }
  }
}
