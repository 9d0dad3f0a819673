import JSONTree

/// Walks the chains of a ruleset with a stranger's first packet, and says what may become of it.
struct Passage {
  /// What may become of a packet in a chain.
  struct Ends: OptionSet {
    let rawValue: Int
    static let accepted = Ends(rawValue: 1)
    static let dropped = Ends(rawValue: 2)
    /// It came to the end of the chain, or a rule sent it back.
    static let returned = Ends(rawValue: 4)
  }

  private let ruleset: Ruleset
  private let newcomer: Newcomer
  private var known: [Ruleset.Key: Ends] = [:]
  private var open: Set<Ruleset.Key> = []

  init(_ newcomer: Newcomer, through ruleset: Ruleset) {
    self.newcomer = newcomer
    self.ruleset = ruleset
  }

  /// Whether the chains of these hooks let it pass; one that drops it is enough to stop it.
  static func isOpen(_ newcomer: Newcomer, through ruleset: Ruleset, hooks: [String]) -> Truth {
    var passage = Passage(newcomer, through: ruleset)
    var best = Truth.yes
    for hook in hooks {
      for chain in ruleset.base(hook: hook, type: "filter", version6: newcomer.isVersion6) {
        var ends = passage.walk(chain.key)
        if ends.contains(.returned) {
          ends.remove(.returned)
          ends.insert(chain.base?.drops == true ? .dropped : .accepted)
        }
        best = min(best, ends == .accepted ? .yes : ends == .dropped ? .no : .maybe)
      }
    }
    return best
  }

  private mutating func walk(_ key: Ruleset.Key) -> Ends {
    if let ends = known[key] { return ends }
    // The kernel has no loops; a listing may.
    guard let chain = ruleset.chains[key], !open.contains(key), open.count < 32 else {
      return [.accepted, .dropped, .returned]
    }
    open.insert(key)
    defer { open.remove(key) }
    var ends: Ends = []
    for rule in chain.rules {
      let (verdicts, goesOn) = follow(rule, of: key)
      ends.formUnion(verdicts)
      if !goesOn {
        known[key] = ends
        return ends
      }
    }
    ends.insert(.returned)
    known[key] = ends
    return ends
  }

  /// What a rule may do with the packet, and whether the packet may go on to the next rule.
  private mutating func follow(_ rule: [JSONValue], of key: Ruleset.Key) -> (Ends, goesOn: Bool) {
    var truth = Truth.yes
    var ends: Ends = []
    for statement in rule {
      guard let (tag, value) = statement.tagged else {
        truth = min(truth, .maybe)
        continue
      }
      switch tag {
      case "match": truth = min(truth, newcomer.holds(value, in: ruleset, key))
      case "accept": return (ends.union(.accepted), truth != .yes)
      case "drop", "reject", "tarpit": return (ends.union(.dropped), truth != .yes)
      case "return": return (ends.union(.returned), truth != .yes)
      case "continue": return (ends, true)
      case "jump", "goto":
        let (found, goesOn) = jump(tag, value, of: key)
        return (ends.union(found), goesOn || truth != .yes)
      case "vmap":
        let (found, goesOn) = choose(value, of: key)
        ends.formUnion(found)
        if !goesOn, truth == .yes { return (ends, false) }
      case "counter", "log", "set", "map", "mangle", "ct helper", "flow", "dup", "notrack", "ct timeout",
        "ct expectation", "secmark":
        break
      case "queue": return (ends.union([.accepted, .dropped]), truth != .yes)
      case "xt":
        switch Extension(value) {
        case .harmless: break
        case .condition: truth = min(truth, .maybe)
        case .drop: return (ends.union(.dropped), truth != .yes)
        case .anything: return (ends.union([.accepted, .dropped, .returned]), true)
        }
      // A stranger's first packet is within a limit of the rate, or comes again until it is.
      case "limit" where value["rate"] != nil:
        truth = min(truth, Truth(value["inv"] != .bool(true)))
      // Limits by name, quotas, and what later versions of nft know.
      default: truth = min(truth, .maybe)
      }
      if truth == .no { return (ends, true) }
    }
    return (ends, true)
  }

  private mutating func jump(_ tag: String, _ value: JSONValue, of key: Ruleset.Key) -> (Ends, goesOn: Bool) {
    guard let target = value["target"]?.text else { return ([.accepted, .dropped, .returned], true) }
    var ends = walk(Ruleset.Key(family: key.family, table: key.table, name: target))
    let comesBack = ends.contains(.returned)
    if tag == "goto" { return (ends, false) }
    ends.remove(.returned)
    return (ends, comesBack)
  }

  /// A map from values to verdicts.
  private mutating func choose(_ map: JSONValue, of key: Ruleset.Key) -> (Ends, goesOn: Bool) {
    var ends: Ends = []
    guard let source = map["key"], let entries = ruleset.entries(of: map["data"], key) else {
      return ([.accepted, .dropped, .returned], true)
    }
    let value = newcomer.value(of: source)
    if value == .absent { return ([], true) }
    for entry in entries {
      let isMeant = newcomer.value(value, is: Newcomer.plain(entry.key))
      guard isMeant != .no else { continue }
      let (found, goesOn) = follow([entry.value], of: key)
      ends.formUnion(found)
      if isMeant == .yes { return (ends, goesOn) }
    }
    return (ends, true)
  }
}

extension Ruleset {
  /// The entries of a map that a rule names or holds; `nil` where they are not known.
  func entries(of data: JSONValue?, _ key: Key) -> [(key: JSONValue, value: JSONValue)]? {
    let elements: [JSONValue]?
    if let name = data?.text, name.hasPrefix("@") {
      elements = sets[Key(family: key.family, table: key.table, name: String(name.dropFirst()))]
    } else {
      elements = data?["set"]?.items
    }
    return elements?.compactMap { element in
      guard let pair = element.items, pair.count == 2 else { return nil }
      return (pair[0], pair[1])
    }
  }
}
