import JSONTree

extension Ruleset {
  /// Takes the tables of iptables from what `iptables-save`, or `ip6tables-save`, printed.
  ///
  /// A table that nft has listed too is replaced: nft leaves out what extensions of iptables do.
  package mutating func add(iptables bytes: [UInt8], version6: Bool) {
    let family = version6 ? "ip6" : "ip"
    var table = ""
    var lines: [[String]] = []
    for line in bytes.prefix(Self.byteLimit).split(separator: 0x0a).prefix(Self.ruleLimit) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("*") {
        table = String(text.dropFirst())
        lines = []
      } else if text == "COMMIT" {
        replace(family, table, with: lines, version6)
        lines = []
      } else if text.hasPrefix(":") || text.hasPrefix("-A ") {
        lines.append(Self.words(text))
      }
    }
  }

  private mutating func replace(_ family: String, _ table: String, with lines: [[String]], _ version6: Bool) {
    forget(family: family, table: table)
    let heads = lines.filter { $0[0].hasPrefix(":") && $0.count >= 2 }
    let names = Set(heads.map { String($0[0].dropFirst()) })
    for head in heads {
      let name = String(head[0].dropFirst())
      let base = Self.hooks[name].map { hook in
        Base(
          type: table == "nat" ? "nat" : "filter", hook: hook, priority: Self.priorities[table] ?? 0,
          drops: head[1] == "DROP")
      }
      add(chain: Chain(key: Key(family: family, table: table, name: name), base: base))
    }
    for line in lines {
      guard let rule = IptablesRule(words: line, isVersion6: version6, chains: names) else { continue }
      add(rule: rule.statements, to: Key(family: family, table: table, name: rule.chain))
    }
  }

  /// Where the built-in chains begin.
  private static let hooks = [
    "PREROUTING": "prerouting", "INPUT": "input", "FORWARD": "forward", "OUTPUT": "output",
    "POSTROUTING": "postrouting",
  ]
  /// In which order the tables have their turn (netfilter_ipv4.h).
  private static let priorities = ["raw": -300, "mangle": -150, "nat": -100, "security": 50]

  /// Splits a line at blanks; what stands in quotes is one word, a backslash takes the next sign as it is.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    var isEscaped = false
    for character in line {
      if isEscaped {
        word.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == " ", !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
