import Addresses
import Posture

/// The tables of ours as text for `nft -f -`: rules that never change, which only drop, and sets that say what.
///
/// Everything that is written into the text is an address, a number or a name that was checked. Each text is one
/// transaction. `nft` of Debian 12 (1.0.6) passes native text over in silence when it was told `-j`, and its JSON knows
/// no comment of a set's element before 0.9.7: so text goes in, and JSON only comes out.
enum Ruleset {
  static let table = OwnTable.closings.rawValue
  static let useTable = OwnTable.use.rawValue
  static let indicatorTable = OwnTable.indicators.rawValue

  static func isOurs(_ table: Listing.Table) -> Bool {
    table.family == "inet" && OwnTable(rawValue: table.name) != nil
  }

  /// Closings of one kind at the same time.
  static let closingLimit = 1024
  /// The current SSH peer stays exempt for so long.
  static let sessionSeconds = 3600

  /// What belongs to no connection that stands; also of ports that somebody exempts from tracking.
  private static let strange = "ct state invalid,new,untracked"
  /// To all who listen on the link too: UPnP and SNMP are found by that.
  private static let toGateway = "fib daddr type { local, broadcast, multicast }"
  /// TCP in the middle of a connection that the kernel did not track, because nothing had it do so before these rules:
  /// it goes on, unless it was to be cut.
  private static let midstream = "\(strange) tcp flags & (syn | ack) != syn tcp dport != @cut accept"
  /// A connection that is to be cut has given up after so long.
  private static let cutSeconds = 3600

  /// Makes what is missing of the table, keeps the contents of its sets, and puts the rules in anew.
  ///
  /// Hooks after connection tracking (-200) and before translation (-100): so one rule covers the gateway's sockets,
  /// containers and mappings alike, by the port that a stranger sees.
  static func structure(_ sides: Sides) -> String {
    let chains = [
      ("arrive", "type filter hook prerouting priority -150; policy accept;"),
      ("transit", "type filter hook forward priority -10; policy accept;"),
    ]
    return begin(table, chains: chains)
      + interfaces(table, sides)
        + """
        table inet \(table) {
          set close_wan { type inet_proto . inet_service; flags timeout; size \(closingLimit * 2); counter; }
          set close_lan { type inet_proto . inet_service; flags timeout; size \(closingLimit * 2); counter; }
          set close_dev4 { type ipv4_addr . inet_proto . inet_service; flags timeout; size \(closingLimit * 2); counter; }
          set close_dev6 { type ipv6_addr . inet_proto . inet_service; flags timeout; size \(closingLimit * 2); counter; }
          set session4 { type ipv4_addr . inet_service; flags timeout; size 64; }
          set session6 { type ipv6_addr . inet_service; flags timeout; size 64; }
          set cut { type inet_service; flags timeout; size 1024; }
          chain arrive {
            \(chains[0].1)
            iifname "lo" accept
            ip saddr . tcp dport @session4 accept
            ip6 saddr . tcp dport @session6 accept
            meta l4proto { icmp, icmpv6 } accept
            udp sport . udp dport { 67 . 68, 547 . 546 } accept
            iifname @lan_if udp dport { 53, 67, 547 } accept
            iifname @lan_if tcp dport 53 accept
            \(midstream)
            iifname @wan_if \(toGateway) \(strange) meta l4proto . th dport @close_wan drop
            iifname @lan_if \(toGateway) \(strange) meta l4proto . th dport @close_lan drop
          }
          chain transit {
            \(chains[1].1)
            \(midstream)
            iifname @wan_if \(strange) ip daddr . meta l4proto . th dport @close_dev4 drop
            iifname @wan_if \(strange) ip6 daddr . meta l4proto . th dport @close_dev6 drop
          }
        }

        """
  }

  /// The sets that note which ports were really used, by flows in which both ends spoke.
  ///
  /// At postrouting translation is undone already, so that the port is the one which a stranger used.
  static func learning(_ sides: Sides) -> String {
    let chains = [
      ("transit", "type filter hook forward priority -10; policy accept;"),
      ("leave", "type filter hook postrouting priority 300; policy accept;"),
    ]
    let kind = "flags dynamic,timeout; timeout 30d; counter;"
    return begin(useTable, chains: chains)
      + interfaces(useTable, sides)
        + """
        table inet \(useTable) {
          set used_wan { type inet_proto . inet_service; \(kind) size 2048; }
          set used_dev4 { type ipv4_addr . inet_proto . inet_service; \(kind) size 8192; }
          set used_dev6 { type ipv6_addr . inet_proto . inet_service; \(kind) size 8192; }
          chain transit {
            \(chains[0].1)
            oifname != @wan_if return
            ct direction reply ct status assured update @used_dev4 { ip saddr . meta l4proto . th sport }
            ct direction reply ct status assured update @used_dev6 { ip6 saddr . meta l4proto . th sport }
          }
          chain leave {
            \(chains[1].1)
            oifname @wan_if ct direction reply ct status assured fib saddr type local \
        update @used_wan { meta l4proto . th sport }
          }
        }

        """
  }

  /// Takes the table away and not only what its sets hold: the number of the next one says that learning began anew, so
  /// that nothing counts as unused for the time before.
  static func forgetUse() -> String { "delete table inet \(useTable)\n" }

  static func begin(_ table: String, chains: [(name: String, hook: String)]) -> String {
    "add table inet \(table)\n"
      + chains.map {
        "add chain inet \(table) \($0.name) { \($0.hook) }\nflush chain inet \(table) \($0.name)\n"
      }.joined()
  }

  static func interfaces(_ table: String, _ sides: Sides) -> String {
    [("wan_if", sides.wan), ("lan_if", sides.lan)].map { name, names in
      let elements = names.map { "\"\($0)\"" }.joined(separator: ", ")
      return "add set inet \(table) \(name) { type ifname; }\nflush set inet \(table) \(name)\n"
        + (names.isEmpty ? "" : "add element inet \(table) \(name) { \(elements) }\n")
    }.joined()
  }
}

extension Ruleset {
  /// Closes for so many seconds, or without an end, whatever stood there before: a timeout cannot be changed, only set
  /// anew.
  static func close(_ closing: Closing, seconds: Int?) -> String {
    open(closing.target)
      + "add element inet \(table) \(set(of: closing.target)) "
      + "{ \(key(of: closing.target)) \(seconds.map { "timeout \($0)s " } ?? "")comment \"\(closing.mark)\" }\n"
  }

  /// Opens, also where it lapsed a moment ago: what is added first can be deleted for certain.
  static func open(_ target: ClosingTarget) -> String {
    let element = "element inet \(table) \(set(of: target)) { \(key(of: target)) }\n"
    return "add " + element + "delete " + element
  }

  static func openAll() -> String {
    closingSets.map { "flush set inet \(table) \($0)\n" }.joined()
  }

  /// Exempts new connections of the current SSH peer to the SSH port, and nothing else of that peer.
  static func exempt(_ session: SSHSession) -> String {
    let set = session.peer.isVersion4 ? "session4" : "session6"
    let element = "element inet \(table) \(set) { \(session.peer) . \(session.port)"
    return "add \(element) }\ndelete \(element) }\nadd \(element) timeout \(sessionSeconds)s }\n"
  }

  /// Lets nothing of the connections to these ports go on.
  static func cut(_ ports: Set<UInt16>) -> String {
    ports.sorted().map { port in
      let element = "element inet \(table) cut { \(port)"
      return "add \(element) }\ndelete \(element) }\nadd \(element) timeout \(cutSeconds)s }\n"
    }.joined()
  }

  static let closingSets = ["close_wan", "close_lan", "close_dev4", "close_dev6"]

  static func set(of target: ClosingTarget) -> String {
    switch (target.place, target.side) {
    case (.gateway, .wan): "close_wan"
    case (.gateway, .lan): "close_lan"
    case (.device(.v4), _): "close_dev4"
    case (.device(.v6), _): "close_dev6"
    }
  }

  static func key(of target: ClosingTarget) -> String {
    let port = "\(target.port.transport.rawValue) . \(target.port.number)"
    return if case .device(let address) = target.place { "\(address) . \(port)" } else { port }
  }
}
