import Addresses
import Agent
import ArgumentParser
import Checks
import Firewall
import LinuxIO
import Posture
import Settings
import Wording

/// Keeps devices from addresses of a list, and shows who tried to reach one.
struct Indicators: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indicators",
    abstract:
      "Show who tried to reach an address of the list of attackers' servers; load or clear that list.",
    discussion: """
      The list is matched on this gateway alone, and what is seen stays here. 'kadomori consent grant indicators' allows it.
      """,
    subcommands: [IndicatorHits.self, LoadIndicators.self, ClearIndicators.self],
    defaultSubcommand: IndicatorHits.self)
}

struct IndicatorHits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hits", abstract: "Show who tried to reach an address of the list, and how often.")

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  private struct Document: Encodable {
    var v = "1.0"
    var hits: [IndicatorHit]
  }

  func run() throws {
    guard case .hits(let hits) = try firewall.ask(.indicatorHits) else { throw FirewallOptions.misunderstood }
    if json { return try Output.document(Document(hits: hits)) }
    let language = Terminal.language
    if hits.isEmpty {
      return Output.say(
        LocalizedText(ja: "一覧の番地に向かった機器はありません。", en: "nobody has tried to reach an address of the list")[
          language])
    }
    let store = PostureStore(pathOptions.paths)
    let devices = store.interfaces.compactMap { store.read($0) }.flatMap(\.devices)
    for hit in hits {
      let device = devices.first { $0.addresses.contains(hit.device) }
      let name = device.map {
        [$0.kind.words[language], $0.makeAndModel].compactMap(\.self).joined(separator: " ")
      }
      let ago = hit.secondsAgo / 60
      let text = LocalizedText(
        ja: "\(hit.count) 回、最後は \(ago) 分前", en: "\(hit.count) packets dropped, the last \(ago) min ago")[
          language]
      try Output.write(
        "\(TextWidth.fit("\(hit.device)", to: 26))→ \(TextWidth.fit("\(hit.indicator)", to: 26))\(text)"
          + "\(name.map { "  \($0)" } ?? "")\n")
    }
  }
}

struct LoadIndicators: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Let nothing go to the addresses of a file, one a line, from now on.",
    discussion: """
      Private addresses, and those of the gateway's own broker and name servers, are passed over. What the gateway lives by \
      is tried before and after; where some of it is lost, everything is let go again at once. A restart of the machine \
      forgets the list, unless it is kept.
      """)

  @Argument(help: ArgumentHelp("The list; '#' begins a remark.", valueName: "file"))
  var file: String

  @Flag(help: "Bring the list back after a restart.")
  var keep = false

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  /// More than both sets hold.
  private static let fileLimit = 32 << 20

  func run() throws {
    guard try ConsentStore(pathOptions.paths).read().allows(.indicators, ConsentLedger.gateway) else {
      throw AgentError(
        .permission,
        "nobody has allowed to match where this gateway's devices go against a list: kadomori consent grant indicators"
      )
    }
    let configuration = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
    let broker = BrokerAddresses.find(configuration, pathOptions.paths)
    let verification = Verification(broker: broker, session: nil)
    let before = verification.run()
    var chunk = IndicatorChunk(
      begins: true, addresses: [], own: Self.own(broker ?? []),
      sides: Sides.ofDefaultRoutes(lan: configuration.lans.map(\.interface)), mayBeKept: keep)
    var (taken, passed) = (0, 0)
    func hand() throws(AgentError) {
      guard case .loaded(let count) = try firewall.ask(.loadIndicators(chunk)) else {
        throw FirewallOptions.misunderstood
      }
      taken += count
      passed += chunk.addresses.count - count
      chunk.addresses = []
      chunk.begins = false
    }
    var failure: AgentError?
    try wrapping(.data) { () throws(SystemError) in
      try Files.forEachLine(of: file, limit: Self.fileLimit) { line in
        let text = line.prefix { $0 != 0x23 }.filter { $0 > 0x20 }
        guard failure == nil, !text.isEmpty else { return }
        guard let address = IPAddress(String(decoding: text, as: UTF8.self)) else { return passed += 1 }
        chunk.addresses.append(address)
        guard chunk.addresses.count == IndicatorChunk.limit else { return }
        do throws(AgentError) { try hand() } catch { failure = error }
      }
    }
    if let failure { throw failure }
    if chunk.begins || !chunk.addresses.isEmpty { try hand() }
    let down = Set(before.filter { $0.outcome == .lost }.map(\.subject))
    let lost = Verification.compare(before: before, after: verification.run(without: down)).filter {
      $0.outcome == .lost
    }
    guard lost.isEmpty else {
      try firewall.tell(.clearIndicators)
      throw AgentError(
        .unavailable,
        "not reached any more: \(lost.map(\.subject.rawValue).joined(separator: ", ")). The list was cleared at once; "
          + "take out what this gateway needs")
    }
    if keep { try firewall.tell(.keepIndicators) }
    Output.say(
      LocalizedText(
        ja: "\(taken) 件の番地への通信を止めています（\(passed) 件は対象外）。",
        en: "nothing goes to \(taken) addresses now (\(passed) passed over)")[
          Terminal.language])
  }

  /// What the gateway opens itself, whatever a list says.
  private static func own(_ broker: [Endpoint]) -> [IndicatorChunk.OwnFlow] {
    let servers = NameServers.configured
    return broker.map { IndicatorChunk.OwnFlow(address: $0.address, port: .tcp($0.port)) }
      + servers.flatMap {
        [IndicatorChunk.OwnFlow(address: $0, port: .udp(53)), .init(address: $0, port: .tcp(53))]
      }
  }
}

struct ClearIndicators: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Forget the list, and let everything go again.")

  @OptionGroup var firewall: FirewallOptions

  func run() throws { try Self.clear(firewall) }

  /// Also where the helper does not answer.
  static func clear(_ firewall: FirewallOptions) throws(AgentError) {
    do throws(AgentError) { try firewall.tell(.clearIndicators) } catch {
      guard error.code == .unavailable else { throw error }
      let keeper = try firewall.keeper()
      try wrapping { () throws(FirewallError) in try keeper.clearIndicators() }
    }
  }
}
