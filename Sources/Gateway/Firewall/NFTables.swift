import FoundationEssentials
import LinuxIO

/// Runs the program `nft`: text into a pipe, JSON out of one, no shell between.
package final class NFTables {
  /// The most that a ruleset may print.
  private static let outputLimit = 16 << 20
  private static let patience: Duration = .seconds(10)
  private static let places = ["/usr/sbin/nft", "/sbin/nft"]

  private let program: String
  /// The processes that ran last, by which their events are told from those of others.
  private(set) var ownProcesses: [UInt32] = []
  private static let remembered = 64

  /// Takes the system's `nft`, or another one.
  package init(program: String? = nil) throws(FirewallError) {
    let places = program.map { [$0] } ?? Self.places
    guard let found = places.first(where: { Files.exists($0) }) else {
      throw FirewallError(.unavailable, "nftables is not installed: apt install nftables")
    }
    self.program = found
  }

  /// Carries out one transaction: all of it, or nothing.
  func apply(_ text: String) throws(FirewallError) {
    _ = try run(["-f", "-"], input: Array(text.utf8))
  }

  /// What `nft -j ARGUMENTS` prints.
  func json(_ arguments: String...) throws(FirewallError) -> [UInt8] {
    try run(["-j"] + arguments, input: [])
  }

  /// Every table there is.
  func tables() throws(FirewallError) -> [Listing.Table] {
    try Self.decode(try json("list", "tables")).nftables.compactMap(\.table)
  }

  /// Whether there is a table of that name in the family `inet`.
  func hasTable(_ name: String) throws(FirewallError) -> Bool {
    do throws(SystemError) { return try TableQuestion.exists(name) } catch {
      if error.isPermission { throw Self.forbidden }
      throw FirewallError(.unavailable, "this kernel does not answer for its nftables: \(error)")
    }
  }

  /// The sets of a table with their elements; `nil` where there is no such table.
  func sets(of table: String) throws(FirewallError) -> [Listing.Set]? {
    guard try hasTable(table) else { return nil }
    let result = try finish(["-j", "list", "table", "inet", table], input: [])
    guard result.status == 0 else {
      // Somebody has taken it away meanwhile.
      if String(decoding: result.errors, as: UTF8.self).contains("No such file") { return nil }
      throw Self.fault(result)
    }
    return try Self.decode(result.output).nftables.compactMap(\.set)
  }

  /// The elements of one set, which is there.
  func elements(of set: String, in table: String) throws(FirewallError) -> [Listing.Element] {
    try Self.decode(try json("list", "set", "inet", table, set)).nftables.compactMap(\.set?.elem).flatMap {
      $0
    }
  }

  private static func decode(_ bytes: [UInt8]) throws(FirewallError) -> Listing {
    do { return try JSONDecoder().decode(Listing.self, from: Data(bytes)) } catch {
      throw FirewallError(
        .unavailable, "what nft prints cannot be understood; is it 1.0.2 or later? \(error)")
    }
  }

  private func run(_ arguments: [String], input: [UInt8]) throws(FirewallError) -> [UInt8] {
    let result = try finish(arguments, input: input)
    if result.status == 0 { return result.output }
    throw Self.fault(result)
  }

  private func finish(_ arguments: [String], input: [UInt8]) throws(FirewallError) -> Child.Result {
    let result: Child.Result
    do throws(SystemError) {
      result = try Child.run(
        [program] + arguments, input: input, limit: Self.outputLimit, patience: Self.patience)
    } catch {
      throw FirewallError(.unavailable, "nft could not be run: \(error)")
    }
    ownProcesses = ownProcesses.suffix(Self.remembered - 1) + [UInt32(bitPattern: result.id)]
    return result
  }

  private static let forbidden = FirewallError(
    .permission, "nftables may only be changed with the capability CAP_NET_ADMIN; run this as root")

  private static func fault(_ result: Child.Result) -> FirewallError {
    let said = String(decoding: result.errors, as: UTF8.self)
    let first = said.split(separator: "\n").first.map(String.init) ?? "status \(result.status)"
    if said.contains("Operation not permitted") { return forbidden }
    if said.contains("Too many open files in system") {
      return FirewallError(
        .refused, "a set of the firewall is full; nothing was changed. Undo what is not needed")
    }
    if said.contains("syntax error") || said.contains("Operation not supported") {
      return FirewallError(
        .unavailable, "this nft or this kernel lacks something that is needed; nothing was changed: \(first)")
    }
    return FirewallError(.failed, "nft refused, and nothing was changed: \(first)")
  }
}
