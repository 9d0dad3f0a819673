import Agent
import Exposures
import Firewall
import Glibc
import LinuxIO

/// The packet filter of this machine and what was learned in it, as `nft` tells root.
struct FilterReading {
  /// `nil` where it could not be read.
  private(set) var ruleset: Exposures.Ruleset?
  private(set) var use = ObservedUse()
  /// The number of our own table, which a new one would not share; `nil` where there is none.
  private(set) var ownTable: Int?
  private(set) var problems: [String] = []

  private static let nft = "/usr/sbin/nft"
  private static let patience: Duration = .seconds(10)
  private static let limit = Exposures.Ruleset.byteLimit

  /// Reads a listing from a file instead, `nft -j list ruleset`.
  init(file path: String) throws(AgentError) {
    let bytes = try wrapping(.data) { () throws(SystemError) in try Files.read(path, limit: Self.limit) }
    do throws(RulesetFault) { ruleset = try Exposures.Ruleset(json: bytes) } catch {
      throw AgentError(.data, "\(path): \(error)")
    }
    use.add(set: bytes)
  }

  /// Has the firewall's helper begin to learn what is used, and takes what was learned; the rules root reads itself, with
  /// what iptables has made of them, and others have them from the helper.
  init(_ sides: Sides, socket: String) {
    let hasHelper = Files.exists(socket)
    if hasHelper {
      do {
        let used = try FirewallClient.ask(.use(sides), at: socket).body
        use.add(set: Array(used))
        ownTable = Tables(Array(used))?.own
        if geteuid() != 0 {
          ruleset = try Exposures.Ruleset(json: Array(try FirewallClient.ask(.ruleset, at: socket).body))
        }
      } catch {
        problems.append("\(error)")
      }
    }
    if geteuid() == 0 {
      readItself()
    } else if !hasHelper {
      problems.append(
        "the packet filter can be read by root only, so what it keeps out is not known: use sudo")
    }
  }

  /// Asks table by table: our own hold lists of addresses that nobody needs here.
  private mutating func readItself() {
    guard Files.exists(Self.nft) else {
      problems.append("\(Self.nft) is not there, so what the packet filter keeps out is not known")
      return
    }
    do throws(SystemError) {
      try read()
    } catch {
      ruleset = nil
      problems.append("the packet filter could not be read: \(error)")
    }
  }

  private mutating func read() throws(SystemError) {
    guard let listing = try ask("tables"), let tables = Tables(listing) else {
      return problems.append("'nft -j list tables' does not answer as it should; try it by hand")
    }
    var ruleset = Exposures.Ruleset()
    for table in tables.others {
      // One that has gone meanwhile keeps nothing out.
      guard let listing = try ask("table", table.family, table.name) else { continue }
      do throws(RulesetFault) { try ruleset.add(json: listing) } catch {
        problems.append("table \(table.family) \(table.name): \(error)")
        return
      }
    }
    if ruleset.unreadRules > 0 { try readIptables(&ruleset) }
    self.ruleset = ruleset
    if ruleset.unreadRules > 0 {
      problems.append(
        "rules of the packet filter with parts that are not known here: \(ruleset.unreadRules); what depends on them "
          + "counts as not sure"
      )
    }
    guard let own = tables.own else { return }
    ownTable = own
    for name in [ObservedUse.gatewaySet] + ObservedUse.deviceSets {
      guard let listing = try ask("set", "inet", Tables.ownName, name) else { continue }
      use.add(set: listing)
    }
  }

  /// What nft does not tell of rules that iptables has made.
  private func readIptables(_ ruleset: inout Ruleset) throws(SystemError) {
    for (program, version6) in [("/usr/sbin/iptables-save", false), ("/usr/sbin/ip6tables-save", true)] {
      guard Files.exists(program) else { continue }
      let answer = try Child.run([program], input: [], limit: Self.limit, patience: Self.patience)
      if answer.status == 0 { ruleset.add(iptables: answer.output, version6: version6) }
    }
  }

  private func ask(_ words: String...) throws(SystemError) -> [UInt8]? {
    let answer = try Child.run(
      [Self.nft, "-j", "list"] + words, input: [], limit: Self.limit, patience: Self.patience)
    return answer.status == 0 ? answer.output : nil
  }

  /// Who was learned for how long counts from here on.
  mutating func learned(for seconds: Int?) { use.seconds = seconds }
}

/// The tables of nft's list.
private struct Tables {
  struct Table {
    var family: String
    var name: String
  }

  var others: [Table] = []
  /// Where the firewall's helper learns what is used.
  static let ownName = OwnTable.use.rawValue

  /// The number of that table.
  var own: Int?

  init?(_ bytes: [UInt8]) {
    struct Listing: Decodable {
      struct Entry: Decodable {
        struct Table: Decodable {
          var family: String
          var name: String
          var handle: Int?
        }
        var table: Table?
      }
      var nftables: [Entry]
    }
    guard let listing = JSON.decode(Listing.self, bytes) else { return nil }
    for table in listing.nftables.compactMap(\.table) {
      if table.family == "inet", table.name == Self.ownName {
        own = table.handle ?? 0
      } else if table.family != "inet" || OwnTable(rawValue: table.name) == nil {
        others.append(Table(family: table.family, name: table.name))
      }
    }
  }
}
