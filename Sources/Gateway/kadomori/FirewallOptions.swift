import Agent
import ArgumentParser
import Firewall
import Glibc
import LinuxIO
import Posture
import Wording

/// Where the firewall's helper and its state are; only tests and the helper itself need others.
struct FirewallOptions: ParsableArguments {
  @Option(
    name: .customLong("firewall-socket"),
    help: ArgumentHelp("The helper's socket.", valueName: "path", visibility: .hidden))
  var socket = Self.usualSocket

  @Option(
    name: .customLong("firewall-state"),
    help: ArgumentHelp("The directory of what was confirmed.", valueName: "directory", visibility: .hidden))
  var state = getenv("KADOMORI_FIREWALL_STATE").map { String(cString: $0) } ?? ClosedStore.directory

  @Option(
    name: .customLong("allow-user"),
    help: ArgumentHelp("The number of a user who may ask too.", valueName: "number", visibility: .hidden))
  var user: UInt32?

  func ask(_ request: FirewallRequest) throws(AgentError) -> FirewallAnswer {
    try wrapping { () throws(FirewallError) in try FirewallClient.ask(request, at: socket) }.answer
  }

  private static var usualSocket: String {
    getenv("KADOMORI_FIREWALL_SOCKET").map { String(cString: $0) } ?? FirewallClient.socket
  }

  /// Has the helper begin to start; it does so as long as what is returned lives.
  static func wake() -> Descriptor? { (try? UnixSocket.connect(usualSocket)) ?? nil }

  /// A request of whose answer nothing is needed but that it was carried out.
  func tell(_ request: FirewallRequest) throws(AgentError) { _ = try ask(request) }

  /// What happened to closings, the newest last.
  func history() throws(AgentError) -> [ClosingChange] {
    guard case .history(let changes) = try ask(.history) else { throw Self.misunderstood }
    return changes
  }

  /// A request that answers with closings.
  func closings(_ request: FirewallRequest) throws(AgentError) -> (closings: [Closing], isContested: Bool) {
    guard case .closings(let closings, let contested) = try ask(request) else { throw Self.misunderstood }
    return (closings, contested)
  }

  static var misunderstood: AgentError {
    AgentError(.unavailable, "the firewall helper answers something else; is it of another version?")
  }

  /// Changes the firewall in this process, which takes root.
  func keeper() throws(AgentError) -> Keeper {
    try wrapping { () throws(FirewallError) in
      Keeper(
        nft: try NFTables(), store: ClosedStore(directory: state),
        history: ClosingHistory(directory: state, bootID: Self.bootID), bootID: Self.bootID)
    }
  }

  static var bootID: String {
    let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
    return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
  }
}

extension FirewallError {
  /// The exit code of the command line.
  var exitCode: AgentError.Code {
    switch code {
    case .failed: .failed
    case .notFound: .notFound
    case .refused: .usage
    case .permission: .permission
    case .data: .data
    case .state: .state
    case .unavailable: .unavailable
    }
  }
}

/// One line for each closing.
struct ClosingLines {
  let closings: [Closing]

  var rendered: String {
    let terminal = Terminal(1)
    return closings.map { closing in
      let hold: LocalizedText =
        closing.hold == .trial
        ? LocalizedText(
          ja: "試用中・あと \(closing.seconds ?? 0) 秒", en: "on trial, \(closing.seconds ?? 0) s left")
        : LocalizedText(ja: "確定", en: "confirmed")
      let side: LocalizedText =
        closing.target.side == .wan
        ? LocalizedText(ja: "インターネット側", en: "from the Internet")
        : LocalizedText(ja: "LAN 側", en: "from the LAN")
      let kept =
        closing.dropped.map { LocalizedText(ja: "遮断 \($0)", en: "\($0) kept out")[Terminal.language] } ?? ""
      return terminal.styled(
        "\(TextWidth.fit(closing.id, to: 13))\(TextWidth.fit("\(closing.target.port)", to: 11))"
          + "\(TextWidth.fit("\(closing.target.place)", to: 18))\(TextWidth.fit(side[Terminal.language], to: 20))"
          + "\(TextWidth.fit(hold[Terminal.language], to: 24))\(TextWidth.fit(closing.plan, to: 15))\(kept)",
        closing.hold == .trial ? .yellow : nil)
    }.joined(separator: "\n") + (closings.isEmpty ? "" : "\n")
  }
}

/// What `--json` prints of closings.
struct ClosingsDocument: Encodable {
  var v = "1.0"
  var closings: [Closing]
  /// Whether others keep removing what keeps the ports closed.
  var contested = false
  /// What was tried after closing; absent where nothing was closed.
  var verification: [ClosingCheck]?
}
