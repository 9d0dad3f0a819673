import JSONTree

/// The rules of a packet filter, as `nft -j list ruleset` tells them (libnftables-json(5)).
///
/// Every table is read, whoever made it, except our own: what it holds are closings, which change nothing about what
/// could be reached without them.
package struct Ruleset: Sendable {
  /// Far more than a gateway has; a longer list is not read.
  package static let byteLimit = 16 << 20
  private static let depthLimit = 40
  /// Rules beyond are passed over, and the ruleset then counts as not understood.
  static let ruleLimit = 20_000

  struct Key: Hashable, Sendable {
    var family: String
    var table: String
    var name: String
  }

  struct Chain: Sendable {
    var key: Key
    /// `nil` for a chain that others jump to.
    var base: Base?
    var rules: [[JSONValue]] = []
  }

  struct Base: Hashable, Sendable {
    var type: String
    var hook: String
    var priority: Int
    var drops: Bool
  }

  private(set) var chains: [Key: Chain] = [:]
  /// The elements of named sets and maps; absent where they were not listed.
  private(set) var sets: [Key: [JSONValue]] = [:]
  /// Rules with parts that nft does not tell, those of iptables extensions above all.
  package var unreadRules: Int { unread.values.reduce(0, +) }
  /// The same by family and table.
  private var unread: [[String]: Int] = [:]

  package init(json bytes: [UInt8]) throws(RulesetFault) {
    try add(json: bytes)
  }

  package init() {}

  /// Adds the listing of one more table.
  package mutating func add(json bytes: [UInt8]) throws(RulesetFault) {
    let root: JSONValue
    do throws(JSONFault) {
      root = try JSONReader.read(bytes, limit: Self.byteLimit, deepest: Self.depthLimit)
    } catch { throw RulesetFault(place: error.place, problem: error.problem) }
    guard let entries = root["nftables"]?.items else {
      throw RulesetFault(
        place: "", problem: "has no list 'nftables'; it is no listing of 'nft -j list ruleset'")
    }
    // A rule comes after the chains of its table, but not in every version of nft.
    for entry in entries { addChainOrSet(entry) }
    var count = 0
    for entry in entries {
      guard let rule = entry["rule"], let key = key(of: rule, name: "chain") else { continue }
      count += 1
      guard count <= Self.ruleLimit else {
        unread[[key.family, key.table], default: 0] += 1
        continue
      }
      add(rule: rule["expr"]?.items ?? [], to: key)
    }
  }

  /// The chains that begin at a hook, the first first.
  func base(hook: String, type: String, version6: Bool) -> [Chain] {
    chains.values.filter { chain in
      guard let base = chain.base, base.hook == hook, base.type == type else { return false }
      return chain.key.family == "inet" || chain.key.family == (version6 ? "ip6" : "ip")
    }.sorted { ($0.base?.priority ?? 0, $0.key.table) < ($1.base?.priority ?? 0, $1.key.table) }
  }

  private func key(of object: JSONValue, name: String) -> Key? {
    guard let family = object["family"]?.text, let table = object["table"]?.text,
      let name = object[name]?.text,
      !(family == "inet" && (table == "kadomori" || table.hasPrefix("kadomori_")))
    else { return nil }
    return Key(family: family, table: table, name: name)
  }

  private mutating func addChainOrSet(_ entry: JSONValue) {
    if let object = entry["chain"], let key = key(of: object, name: "name") {
      let base = object["hook"]?.text.map { hook in
        Base(
          type: object["type"]?.text ?? "filter", hook: hook, priority: object["prio"]?.number ?? 0,
          drops: object["policy"]?.text == "drop")
      }
      chains[key] = Chain(key: key, base: base)
    } else if let object = entry["set"] ?? entry["map"], let key = key(of: object, name: "name"),
      let elements = object["elem"]?.items
    {
      sets[key] = elements
    }
  }

  mutating func add(chain: Chain) { chains[chain.key] = chain }

  mutating func forget(family: String, table: String) {
    chains = chains.filter { $0.key.family != family || $0.key.table != table }
    unread[[family, table]] = nil
  }

  mutating func add(rule: [JSONValue], to key: Key) {
    if Extension.isUnread(rule) { unread[[key.family, key.table], default: 0] += 1 }
    chains[key, default: Chain(key: key)].rules.append(rule)
  }
}

/// Why a listing of rules cannot be read.
package struct RulesetFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Line and column; empty for the whole.
  package var place: String
  package var problem: String

  package var description: String { place.isEmpty ? problem : "\(place): \(problem)" }
}
