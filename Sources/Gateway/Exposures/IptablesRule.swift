import JSONTree

/// One rule of iptables, in the words of nft's listings.
///
/// `nft` does not tell what extensions of iptables do, and docker makes its forwards with them; iptables-save(8) does.
/// What is not known here becomes a part that nobody understands, so that what depends on it counts as not sure.
struct IptablesRule {
  private(set) var chain = ""
  private(set) var statements: [JSONValue] = []

  private let isVersion6: Bool
  private var words: ArraySlice<String>
  private var isNegated = false
  private var target: (name: String, isGoto: Bool)?
  private var translation: String?

  /// Modules whose options are known below, or that match everything.
  private static let modules: Set<String> = [
    "tcp", "udp", "multiport", "conntrack", "state", "comment", "addrtype", "icmp", "icmp6",
    "limit",
  ]

  /// Reads the words of a line that begins with `-A`; `nil` for any other.
  init?(words: [String], isVersion6: Bool, chains: Set<String>) {
    guard words.count >= 2, words[0] == "-A" else { return nil }
    self.isVersion6 = isVersion6
    self.words = words.dropFirst(2)
    chain = words[1]
    while let word = self.words.popFirst() { take(word) }
    finish(chains)
  }

  private mutating func take(_ word: String) {
    if word == "!" {
      isNegated = true
      return
    }
    defer { isNegated = false }
    switch word {
    case "-i", "-o":
      let name = next
      add(
        .object(["meta": .object(["key": .string(word == "-i" ? "iifname" : "oifname")])]),
        .string(name.hasSuffix("+") ? name.dropLast() + "*" : name))
    case "-p": addProtocol(next)
    case "-s", "-d":
      add(Self.payload(isVersion6 ? "ip6" : "ip", word == "-s" ? "saddr" : "daddr"), Self.prefix(next))
    case "-m": if !Self.modules.contains(next) { addUnknown() }
    case "--dport", "--dports":
      let ports = next.split(separator: ",").map { Self.range($0) }
      add(Self.payload("th", "dport"), .object(["set": .array(ports)]))
    case "--ctstate", "--state": addStates(next.split(separator: ",").map(String.init))
    case "--dst-type":
      guard next == "LOCAL" else { return addUnknown() }
      add(
        .object(["fib": .object(["result": .string("type"), "flags": .array([.string("daddr")])])]),
        .string("local"))
    case "--limit": say("limit", .object(["rate": .string(next)]))
    case "--comment", "--limit-burst", "--reject-with", "--log-prefix", "--log-level": _ = next
    case "--syn": if isNegated { addUnknown() }
    case "-j": target = (next, false)
    case "-g": target = (next, true)
    case "--to-destination", "--to-ports": translation = next
    case "--random", "--persistent", "--random-fully": break
    default:
      addUnknown()
      while let word = words.first, !word.hasPrefix("-"), word != "!" { words.removeFirst() }
    }
  }

  private var next: String {
    mutating get { words.popFirst() ?? "" }
  }

  /// A match that is not known here.
  private mutating func addUnknown() { say("xt", .object(["type": .string("match")])) }

  private mutating func add(_ left: JSONValue, _ right: JSONValue) {
    let operation = JSONValue.string(isNegated ? "!=" : "==")
    statements.append(.object(["match": .object(["op": operation, "left": left, "right": right])]))
  }

  private mutating func addProtocol(_ name: String) {
    guard name != "all" else { return }
    let names = ["6": "tcp", "17": "udp"]
    add(.object(["meta": .object(["key": .string("l4proto")])]), .string(names[name] ?? name))
  }

  /// DNAT among the states is a mark of the connection, not a state of it.
  private mutating func addStates(_ states: [String]) {
    let isMark = states.contains("DNAT") && !states.contains("NEW")
    let values = isMark ? [JSONValue.string("dnat")] : states.map { .string($0.lowercased()) }
    add(
      .object(["ct": .object(["key": .string(isMark ? "status" : "state")])]),
      .object(["set": .array(values)]))
  }

  private mutating func finish(_ chains: Set<String>) {
    guard let target else { return }
    switch target.name {
    case "ACCEPT": say("accept", .null)
    case "DROP", "REJECT": say("drop", .null)
    case "RETURN": say("return", .null)
    case "DNAT": say("dnat", Self.destination(translation ?? ""))
    case "REDIRECT":
      say("redirect", .object(["port": .number(translation.flatMap { UInt16($0) }.map { "\($0)" } ?? "")]))
    case "QUEUE", "NFQUEUE": say("queue", .null)
    case "SNAT", "MASQUERADE": break
    case let name where Extension.passing.contains(name): break
    case let name where chains.contains(name):
      say(target.isGoto ? "goto" : "jump", .object(["target": .string(name)]))
    default: say("xt", .object(["type": .string("target")]))
    }
  }

  private mutating func say(_ tag: String, _ value: JSONValue) { statements.append(.object([tag: value])) }

  private static func payload(_ name: String, _ field: String) -> JSONValue {
    .object(["payload": .object(["protocol": .string(name), "field": .string(field)])])
  }

  private static func prefix(_ text: String) -> JSONValue {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count == 2, Int(parts[1]) != nil else { return .string(text) }
    return .object(["prefix": .object(["addr": .string(parts[0]), "len": .number(parts[1])])])
  }

  /// `80` or `5000:5003`.
  private static func range(_ text: Substring) -> JSONValue {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0) }
    guard ends.count == 2 else { return .number(ends.first.flatMap(\.self).map { "\($0)" } ?? "") }
    return .object(["range": .array([.number("\(ends[0] ?? 0)"), .number("\(ends[1] ?? .max)")])])
  }

  /// `172.17.0.2:80`, `172.17.0.2`, `[2001:db8::1]:80`.
  private static func destination(_ text: String) -> JSONValue {
    var address = text[...]
    var port: Substring = ""
    if text.hasPrefix("[") {
      let parts = text.dropFirst().split(separator: "]", maxSplits: 1)
      address = parts.first ?? ""
      port = parts.count == 2 ? parts[1].dropFirst() : ""
    } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
      address = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    var members: [String: JSONValue] = ["addr": .string(String(address))]
    if let number = UInt16(port) { members["port"] = .number("\(number)") }
    return .object(members)
  }
}
