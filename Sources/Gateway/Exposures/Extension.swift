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

  /// Whether a rule has a part that nobody tells, and on which the way of a packet depends.
  static func isUnread(_ rule: [JSONValue]) -> Bool {
    let decides = rule.contains { statement in statement.tagged.map { deciding.contains($0.tag) } ?? false }
    return rule.contains { statement in
      switch statement["xt"].map(Extension.init) {
      case .anything: true
      case .condition: decides
      default: false
      }
    }
  }

  private static let deciding: Set<String> = [
    "accept", "drop", "reject", "return", "jump", "goto", "vmap", "queue", "dnat", "redirect",
  ]
}
