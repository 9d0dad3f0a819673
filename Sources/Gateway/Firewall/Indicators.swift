import Addresses

extension Ruleset {
  /// Who tried to reach which address of a list: the last tries of a month, the first few thousand pairs.
  private static let hits = "flags dynamic,timeout; timeout 30d; counter; size 4096;"
  /// Notes first and drops then, in a rule of its own: a set that is full ends the rule that notes.
  private static let refusal = """
    oifname @wan_if ip daddr @host4 update @hits4 { ip saddr . ip daddr }
    oifname @wan_if ip6 daddr @host6 update @hits6 { ip6 saddr . ip6 daddr }
    oifname @wan_if ip daddr @host4 counter drop
    oifname @wan_if ip6 daddr @host6 counter drop
    """

  /// The table that keeps devices, and the gateway, from addresses of a list.
  static func indicators(_ sides: Sides) -> String {
    let table = indicatorTable
    let chains = [
      ("transit", "type filter hook forward priority -10; policy accept;"),
      ("leave", "type filter hook output priority -10; policy accept;"),
    ]
    return begin(table, chains: chains)
      + interfaces(table, sides)
        + """
        table inet \(table) {
          set host4 { type ipv4_addr; size 262144; }
          set host6 { type ipv6_addr; size 131072; }
          set own4 { type ipv4_addr . inet_proto . inet_service; size 64; }
          set own6 { type ipv6_addr . inet_proto . inet_service; size 64; }
          set hits4 { type ipv4_addr . ipv4_addr; \(hits) }
          set hits6 { type ipv6_addr . ipv6_addr; \(hits) }
          chain transit {
            \(chains[0].1)
            \(refusal)
          }
          chain leave {
            \(chains[1].1)
            ip daddr . meta l4proto . th dport @own4 accept
            ip6 daddr . meta l4proto . th dport @own6 accept
            \(refusal)
          }
        }

        """
  }

  /// One chunk as one transaction; the first makes the table and empties it.
  static func load(_ chunk: IndicatorChunk, _ addresses: [IPAddress]) -> String {
    var text = ""
    if chunk.begins {
      text += indicators(chunk.sides)
      for set in ["host4", "host6", "own4", "own6"] { text += "flush set inet \(indicatorTable) \(set)\n" }
      for flow in chunk.own {
        let port = "\(flow.port.transport.rawValue) . \(flow.port.number)"
        text +=
          "add element inet \(indicatorTable) own\(flow.address.isVersion4 ? 4 : 6) { \(flow.address) . \(port) }\n"
      }
    }
    for (set, isVersion4) in [("host4", true), ("host6", false)] {
      let own = addresses.filter { $0.isVersion4 == isVersion4 }
      guard !own.isEmpty else { continue }
      text += "add element inet \(indicatorTable) \(set) { "
      text += own.map(\.description).joined(separator: ", ") + " }\n"
    }
    return text
  }
}

extension IPAddress {
  /// Whether a list may name it: an address of one host of the Internet.
  ///
  /// A poisoned list must not cut the house off from itself: RFC 6890 names what never is on the Internet.
  var isOnInternet: Bool {
    switch self {
    case .v4(let address):
      let (a, b) = (address.octets[0], address.octets[1])
      return switch a {
      case 0, 10, 127, 224...255: false
      case 100: !(64...127).contains(b)
      case 169: b != 254
      case 172: !(16...31).contains(b)
      case 192: b != 168
      default: true
      }
    case .v6(let address): return address.octets[0] & 0xe0 == 0x20
    }
  }
}

extension Keeper {
  /// Takes one chunk of a list.
  ///
  /// - Returns: how many addresses were taken.
  package func load(_ chunk: IndicatorChunk) throws(FirewallError) -> Int {
    let taken = try apply(chunk)
    try store.indicators.note(chunk, taken)
    return taken.count
  }

  /// Takes one chunk, and writes nothing to the disk: at the start of the machine it cannot be written.
  ///
  /// - Returns: the addresses that were taken.
  func apply(_ chunk: IndicatorChunk) throws(FirewallError) -> [IPAddress] {
    guard chunk.addresses.count <= IndicatorChunk.limit, chunk.own.count <= 64 else {
      throw FirewallError(.refused, "a chunk holds at most \(IndicatorChunk.limit) addresses")
    }
    if let fault = chunk.sides.fault { throw FirewallError(.refused, fault) }
    let own = Swift.Set(chunk.own.map(\.address))
    let taken = chunk.addresses.filter { $0.isOnInternet && !own.contains($0) }
    let text = Ruleset.load(chunk, taken)
    if !text.isEmpty { try nft.apply(text) }
    return taken
  }

  /// Begins to learn, if that was not begun, and tells what was learnt as `nft` prints it.
  package func use(_ sides: Sides) throws(FirewallError) -> [UInt8] {
    if let fault = sides.fault { throw FirewallError(.refused, fault) }
    try nft.apply(Ruleset.learning(sides))
    return try nft.json("list", "table", "inet", Ruleset.useTable)
  }

  package func forgetUse() throws(FirewallError) {
    if try nft.hasTable(Ruleset.useTable) { try nft.apply(Ruleset.forgetUse()) }
  }

  /// Every table of others, in one listing: of ours one holds lists of addresses that nobody needs to read.
  package func ruleset() throws(FirewallError) -> [UInt8] {
    var parts: [ArraySlice<UInt8>] = []
    for table in try nft.tables() where !Ruleset.isOurs(table) {
      // One that has gone meanwhile keeps nothing out.
      guard let listing = try? nft.json("list", "table", table.family, table.name),
        let start = listing.firstIndex(of: 0x5b), let end = listing.lastIndex(of: 0x5d)
      else { continue }
      parts.append(listing[(start + 1)..<end])
    }
    return Array("{\"nftables\": [".utf8) + parts.joined(separator: [0x2c]) + Array("]}".utf8)
  }
}
