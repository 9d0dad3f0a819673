import Addresses
import JSONTree

/// Finds the forwards that a stranger's packet may meet in the chains of address translation.
struct ForwardCollector {
  /// Forwards beyond are passed over.
  static let limit = 1024

  private let ruleset: Ruleset
  private let newcomer: Newcomer
  private var open: Set<Ruleset.Key> = []
  private var steps = 0
  private(set) var found: [Forward] = []

  /// What the matches on the way have left of the ports.
  private struct Narrowing {
    var ports: [ClosedRange<UInt16>] = [1...UInt16.max]
    var truth = Truth.yes
  }

  /// Finds those for one interface, protocol and transport.
  static func forwards(for newcomer: Newcomer, in ruleset: Ruleset) -> [Forward] {
    var collector = ForwardCollector(ruleset: ruleset, newcomer: newcomer)
    for chain in ruleset.base(hook: "prerouting", type: "nat", version6: newcomer.isVersion6) {
      collector.walk(chain.key, Narrowing())
    }
    return collector.found
  }

  private init(ruleset: Ruleset, newcomer: Newcomer) {
    self.ruleset = ruleset
    self.newcomer = newcomer
  }

  private mutating func walk(_ key: Ruleset.Key, _ narrowing: Narrowing) {
    steps += 1
    guard let chain = ruleset.chains[key], !open.contains(key), open.count < 16, steps < 4096 else { return }
    open.insert(key)
    defer { open.remove(key) }
    for rule in chain.rules { follow(rule, of: key, narrowing) }
  }

  private mutating func follow(_ rule: [JSONValue], of key: Ruleset.Key, _ before: Narrowing) {
    var now = before
    for statement in rule {
      guard let (tag, value) = statement.tagged else { continue }
      switch tag {
      case "match": narrow(&now, value, key)
      // A translation of the other version is passed by.
      case "dnat" where value["family"]?.text == (newcomer.isVersion6 ? "ip" : "ip6"): return
      case "dnat": translate(value, now, key)
      case "redirect": redirect(value, now)
      case "jump", "goto":
        guard let target = value["target"]?.text else { break }
        walk(Ruleset.Key(family: key.family, table: key.table, name: target), now)
      case "vmap":
        for entry in ruleset.entries(of: value["data"], key) ?? [] {
          var chosen = now
          narrow(
            &chosen, .object(["op": .string("=="), "left": value["key"] ?? .null, "right": entry.key]), key)
          if chosen.truth != .no { follow([entry.value], of: key, chosen) }
        }
      case "limit", "quota": now.truth = min(now.truth, .maybe)
      case "xt": if case .condition = Extension(value) { now.truth = min(now.truth, .maybe) }
      default: break
      }
      if now.truth == .no || now.ports.isEmpty { return }
    }
  }

  /// Takes a match into account: one on the port leaves fewer ports, any other is judged.
  private func narrow(_ narrowing: inout Narrowing, _ match: JSONValue, _ key: Ruleset.Key) {
    let field = match["left"]?["payload"]
    guard field?["field"]?.text == "dport", field?["protocol"]?.text != nil else {
      return narrowing.truth = min(narrowing.truth, newcomer.holds(match, in: ruleset, key))
    }
    let named = field?["protocol"]?.text
    guard named == "th" || named == newcomer.transport.rawValue else { return narrowing.truth = .no }
    guard let operation = match["op"]?.text, operation == "==" || operation == "in",
      let ports = Self.ports(match["right"], in: ruleset, key)
    else { return narrowing.truth = min(narrowing.truth, .maybe) }
    narrowing.ports = narrowing.ports.flatMap { old in
      ports.compactMap { new in old.overlaps(new) ? old.clamped(to: new) : nil }
    }
  }

  /// The ports that an expression names: one, a range, a set, a named set; `nil` where it does not tell.
  private static func ports(
    _ right: JSONValue?, in ruleset: Ruleset, _ key: Ruleset.Key
  ) -> [ClosedRange<UInt16>]? {
    if let name = right?.text, name.hasPrefix("@") {
      let set = Ruleset.Key(family: key.family, table: key.table, name: String(name.dropFirst()))
      return ruleset.sets[set]?.compactMap { range(Newcomer.plain($0)) }
    }
    if let items = right?["set"]?.items { return items.compactMap { range(Newcomer.plain($0)) } }
    return right.flatMap(range).map { [$0] }
  }

  private static func range(_ element: JSONValue) -> ClosedRange<UInt16>? {
    if let port = element.number.flatMap(UInt16.init(exactly:)) { return port...port }
    guard let ends = element["range"]?.items?.compactMap({ $0.number.flatMap(UInt16.init(exactly:)) }),
      ends.count == 2, ends[0] <= ends[1]
    else { return nil }
    return ends[0]...ends[1]
  }

  private mutating func redirect(_ value: JSONValue, _ narrowing: Narrowing) {
    add(narrowing, device: nil, port: value["port"]?.number.flatMap(UInt16.init(exactly:)))
  }

  private mutating func translate(_ value: JSONValue, _ narrowing: Narrowing, _ key: Ruleset.Key) {
    let port = value["port"]?.number.flatMap(UInt16.init(exactly:))
    guard let map = value["addr"]?["map"] else {
      return add(narrowing, device: value["addr"]?.text.flatMap { IPAddress($0) }, port: port)
    }
    // "dnat to tcp dport map { 81 : 10.0.0.5 }": each entry has its port, and leads somewhere else.
    guard let entries = ruleset.entries(of: map["data"], key), let source = map["key"] else {
      return add(narrowing, device: nil, port: port)
    }
    for entry in entries.prefix(Self.limit) {
      var chosen = narrowing
      narrow(
        &chosen, .object(["op": .string("=="), "left": source, "right": Newcomer.plain(entry.key)]), key)
      guard chosen.truth != .no, !chosen.ports.isEmpty else { continue }
      let parts = entry.value["concat"]?.items ?? [entry.value]
      add(
        chosen, device: parts.first?.text.flatMap { IPAddress($0) },
        port: port ?? parts.dropFirst().first?.number.flatMap(UInt16.init(exactly:)))
    }
  }

  private mutating func add(_ narrowing: Narrowing, device: IPAddress?, port: UInt16?) {
    for ports in narrowing.ports where found.count < Self.limit {
      found.append(
        Forward(
          transport: newcomer.transport, ports: ports, device: device, devicePort: port,
          isVersion6: newcomer.isVersion6, applies: narrowing.truth))
    }
  }
}
