import Agent
import ArgumentParser
import Diagnosis
import Enrolling
import FleetContract
import LinuxIO
import Posture
import Settings
import Wording

/// Tries the way to the collector, step by step.
struct Net: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net",
    abstract: "Try the way to the collector step by step, and say which step is broken and what to do.",
    discussion: """
      Link, address, router, names, clock; then the broker's port, TLS, CONNECT, rights and the collector, with one \
      connection beside the agent's. What depends on a step that failed is not tried. Works without an agent and \
      without a line; does not wait for a slot after a blackout. Ends with 69 where a step failed.
      """)

  @Flag(help: "Print one JSON document.")
  var json = false

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let document = try NetDocument(Self.diagnose(config, pathOptions.paths))
    try json
      ? Output.document(document)
      : Output.write(NetText(document, Terminal(1), Terminal.language).rendered)
    let failed = document.steps.filter { $0.outcome == .failed }
    guard let first = failed.first else { return }
    let words = LocalizedText(
      ja: "\(failed.count) つの段階が失敗しました。最初は \(first.step.rawValue) です。",
      en: "\(failed.count) step\(failed.count == 1 ? "" : "s") failed, the first is '\(first.step.rawValue)'")
    throw AgentError(.unavailable, words[Terminal.language])
  }

  /// Tries all steps.
  static func diagnose(_ config: String, _ paths: Paths) throws(AgentError) -> [NetStep] {
    if Files.exists(paths.state), !Files.isReadable(paths.state) {
      throw AgentError(
        .permission,
        LocalizedText(
          ja: "\(paths.state) は管理者だけが読めます。'sudo kadomori net' を使ってください。",
          en: "\(paths.state): only the agent and root may read it; use 'sudo kadomori net'")[
            Terminal.language])
    }
    let destination = try destination(config, paths)
    let line = LineDiagnosis(host: destination.target?.host).run()
    guard let target = destination.target else {
      return line.steps + BrokerDiagnosis.untried(.notNeeded, destination.absence)
    }
    let isOut = line.steps.first { $0.step == .gateway }?.outcome == .ok
    guard let address = line.address, isOut || BrokerDiagnosis.isNear(address) else {
      return line.steps + BrokerDiagnosis.untried(.notTried, .earlier)
    }
    return line.steps + BrokerDiagnosis(target, at: address).run()
  }

  /// The broker that the agent would report to, or why there is none.
  private static func destination(
    _ config: String, _ paths: Paths
  ) throws(AgentError) -> (target: BrokerTarget?, absence: NetCause) {
    let configuration =
      Files.exists(config)
      ? try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) } : nil
    let ledger = try ConsentStore(paths).read()
    let gateway = AgentIdentity.existing(in: paths.state)?.gateway
    if let membership = try Enrolment.current(paths) {
      guard ledger.withdrawal(.report, membership.collector.description) == nil else {
        return (nil, .withdrawn)
      }
      let destination = try Destination(membership, paths: paths)
      return (
        BrokerTarget(
          host: destination.host, port: destination.port, security: destination.security, gateway: gateway,
          group: destination.group), .noDestination
      )
    }
    guard let broker = configuration?.broker else { return (nil, .noDestination) }
    guard ledger.withdrawal(.report, "\(broker.host):\(broker.port)") == nil else { return (nil, .withdrawn) }
    return (
      BrokerTarget(host: broker.host, port: broker.port, security: nil, gateway: gateway, group: nil),
      .noDestination
    )
  }
}

/// The steps as data.
struct NetDocument: Encodable {
  var v = "1.0"
  /// Whether no step failed.
  var works: Bool
  var steps: [NetStep]

  init(_ steps: [NetStep]) {
    self.steps = steps
    works = !steps.contains { $0.outcome == .failed }
  }
}

/// The steps as a person reads them.
struct NetText {
  private let document: NetDocument
  private let terminal: Terminal
  private let language: Language

  init(_ document: NetDocument, _ terminal: Terminal, _ language: Language) {
    self.document = document
    self.terminal = terminal
    self.language = language
  }

  var rendered: String { document.steps.flatMap(lines).map { $0 + "\n" }.joined() }

  private func lines(_ step: NetStep) -> [String] {
    let (mark, style): (LocalizedText, Terminal.Style?) =
      switch step.outcome {
      case .ok: (LocalizedText(ja: "正常", en: "ok"), .green)
      case .failed: (LocalizedText(ja: "失敗", en: "FAILED"), .alarm)
      case .notTried: (LocalizedText(ja: "未確認", en: "not tried"), .faint)
      case .notNeeded: (LocalizedText(ja: "不要", en: "not needed"), .faint)
      }
    let head = "\(TextWidth.fit(step.step.words[language], to: 12))  "
    let cause = step.cause.map { $0.text[language] }
    var text = [terminal.styled(mark[language], style)]
    // What was said to every step after one that failed need not be read ten times.
    if step.outcome == .ok { text.append(step.detail ?? "") }
    if step.outcome == .failed { text.append(cause ?? "") }
    if step.outcome == .notNeeded { text.append(cause ?? "") }
    let room = max(20, terminal.columns - 14)
    let first = text.filter { !$0.isEmpty }.joined(separator: "  ")
    let width = TextWidth.of(mark[language]) + 2
    let rest = text.dropFirst().filter { !$0.isEmpty }.joined(separator: "  ")
    var lines: [String]
    if TextWidth.of(rest) + width <= room {
      lines = [head + first]
    } else {
      lines = [head + text[0]] + indented(rest, room)
    }
    guard step.outcome == .failed else { return lines }
    if let detail = step.detail { lines += indented(detail, room).map { terminal.styled($0, .faint) } }
    if let advice = step.cause?.advice?[language] { lines += indented("→ " + advice, room) }
    return lines
  }

  private func indented(_ text: String, _ room: Int) -> [String] {
    TextWidth.wrap(text, to: room).map { String(repeating: " ", count: 14) + $0 }
  }
}

extension NetStep.Subject {
  /// The step as people call it.
  var words: LocalizedText {
    switch self {
    case .link: LocalizedText(ja: "リンク", en: "link")
    case .address: LocalizedText(ja: "アドレス", en: "address")
    case .gateway: LocalizedText(ja: "上位ルーター", en: "router")
    case .dns: LocalizedText(ja: "名前解決", en: "names (DNS)")
    case .clock: LocalizedText(ja: "時計", en: "clock")
    case .broker: LocalizedText(ja: "報告先", en: "broker")
    case .tls: LocalizedText(ja: "暗号化", en: "TLS")
    case .mqtt: LocalizedText(ja: "MQTT 接続", en: "MQTT")
    case .rights: LocalizedText(ja: "権限", en: "rights")
    case .collector: LocalizedText(ja: "コレクター", en: "collector")
    }
  }
}
