import JSONTree

/// What nft tells of an extension of iptables in a rule: its name at most, never what it is told to do.
enum Extension {
  /// It does nothing to the packet's way.
  case harmless
  /// A condition that may hold or not.
  case condition
  case drop
  /// It may do anything.
  case anything

  /// Targets after which the next rule has its turn.
  static let passing: Set<String> = [
    "LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CT", "NOTRACK", "AUDIT", "TRACE", "CLASSIFY", "CHECKSUM",
  ]

  init(_ value: JSONValue) {
    let name = value["name"]?.text ?? ""
    switch value["type"]?.text {
    case "match": self = name == "comment" ? .harmless : .condition
    case "target": self = Self.passing.contains(name) ? .harmless : name == "REJECT" ? .drop : .anything
    default: self = .anything
    }
  }

  /// Whether a rule has a part of which the way of a packet depends and nobody tells.
  static func isUnread(_ rule: [JSONValue]) -> Bool {
    rule.contains { statement in
      switch statement["xt"].map(Extension.init) {
      case .condition, .anything: true
      default: false
      }
    }
  }
}
