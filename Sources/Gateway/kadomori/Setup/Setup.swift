import Agent
import ArgumentParser
import Enrolling
import Glibc
import Identify
import LANScan
import LinuxIO
import LocalControl
import Posture
import Settings
import Wording

/// Sets this gateway up, by questions or from flags.
struct Setup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Set this gateway up: pick its LANs, say what is allowed, and write the configuration.",
    discussion: """
      Without options it asks, shows what it will do, and does it after a yes. With options it asks nothing: --interface \
      and --broker say all that is wanted, and what stands there already stays as it is. What else the configuration \
      says is kept. One that says something else about LANs or the broker is replaced only with --replace, and a copy \
      is left beside it.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A LAN. Naming it is the consent to scan it, and to listen to what its devices say to everybody.",
      valueName: "name"))
  var interface: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where to report. Naming it is the consent to report there; enrolled gateways need none.",
      valueName: "host[:port]"))
  var broker: String?

  @Option(
    help: ArgumentHelp(
      "Allows more: close, to close ports on the word of the provider's operators; indicators, to match where devices go against a list.",
      valueName: "purpose"))
  var allow: [ConsentLedger.Purpose] = []

  @Flag(help: "Replace a configuration that says something else, and leave a copy beside it.")
  var replace = false

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Who decides. The default is who is logged in.", valueName: "name"))
  var by: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  private var isAsking: Bool { interface.isEmpty && broker == nil && allow.isEmpty }

  func validate() throws {
    if let broker, AgentConfiguration.Broker(broker) == nil {
      throw ValidationError("--broker \(broker): write HOST or HOST:PORT, as broker.example:1883")
    }
    if let purpose = allow.first(where: { !$0.isByWordAlone }) {
      throw ValidationError(
        "--allow \(purpose.rawValue): \(purpose == .scan ? "--interface" : "--broker") allows that")
    }
  }

  func run() throws {
    let paths = pathOptions.paths
    if isAsking, isatty(0) != 1 {
      throw AgentError(
        .usage,
        words(
          "there is no terminal to ask at; say what is wanted with --interface NAME, --broker HOST, --allow PURPOSE",
          "質問できる端末がありません。--interface、--broker、--allow で指定してください。"))
    }
    try checkPermission()
    let present = Files.exists(config)
    let configuration =
      present
      ? try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
      : AgentConfiguration(lans: [], quietHours: [], politeness: Politeness(), broker: nil)
    let text =
      present
      ? String(
        decoding: try wrapping { () throws(SettingsError) in try SettingsFile.bytes(of: config) },
        as: UTF8.self)
      : nil
    let ledger = Files.isReadable(paths.state) ? try ConsentStore(paths).read() : ConsentLedger()
    let choices = try wrapping(.unavailable) { () throws(SystemError) in try LANChoice.all() }
    let wish = try self.wish(choices, configuration, ledger, paths)
    try check(wish, choices, ledger)
    let plan = SetupPlan(
      wish, path: config, present: text, configuration: configuration, ledger: ledger, now: Clocks.wall)
    let summary = SetupText(
      plan: plan, leadingOut: choices.filter { $0.leadsOut && wish.lans.contains($0.name) }.map(\.name),
      terminal: Terminal(2), language: Terminal.language)
    if !json { Output.say(summary.rendered) }
    if plan.isNothing { return try tell(plan, isDone: false) }
    if case .replaces = plan.file, !replace, !isAsking {
      throw AgentError(
        .configuration,
        words(
          "\(config) says something else already, and was left as it is; add --replace to change it (a copy is kept)",
          "\(config) には別の設定があるため、変更していません。変更するには --replace を付けてください（控えを残します）。"))
    }
    if dryRun { return try tell(plan, isDone: false) }
    if isAsking {
      let question = words("Do that?", "実行しますか。")
      guard Self.dialogue(choices, configuration, ledger, nil).confirms(question) == true else {
        throw AgentError(.failed, words("nothing was changed", "何も変更していません。"))
      }
    }
    try carryOut(plan, text, paths, by: try decider(plan))
    try tell(plan, isDone: true)
  }

  /// Asks, or takes what the flags say.
  private func wish(
    _ choices: [LANChoice], _ configuration: AgentConfiguration, _ ledger: ConsentLedger, _ paths: Paths
  ) throws -> SetupWish {
    guard isAsking else {
      return SetupWish(
        lans: interface.isEmpty ? configuration.lans.map(\.interface) : interface,
        broker: broker.flatMap(AgentConfiguration.Broker.init) ?? configuration.broker,
        allowed: Set(allow).union(
          [.close, .indicators].filter { ledger.allows($0, ConsentLedger.gateway) }))
    }
    let enrolled = ((try? Enrolment.current(paths)) ?? nil)?.collector.description
    guard let wish = Self.dialogue(choices, configuration, ledger, enrolled).wish() else {
      Output.say("")
      throw AgentError(.failed, words("nothing was changed", "何も変更していません。"))
    }
    Output.say("")
    return wish
  }

  private static func dialogue(
    _ choices: [LANChoice], _ present: AgentConfiguration, _ ledger: ConsentLedger, _ enrolled: String?
  ) -> SetupDialogue {
    let terminal = Terminal(2)
    return SetupDialogue(
      choices: choices, present: present, enrolledWith: enrolled, ledger: ledger,
      language: Terminal.language,
      say: { text in
        Output.say(TextWidth.wrap(text, to: terminal.columns, keepingIndent: true).joined(separator: "\n"))
      },
      ask: Self.answer)
  }

  /// Asks on standard error, and reads a line of standard input.
  private static func answer(_ question: String) -> String? {
    let lines = TextWidth.wrap(question, to: Terminal(2).columns, keepingIndent: true)
    let bytes = Array((lines.joined(separator: "\n") + " ").utf8)
    _ = Glibc.write(2, bytes, bytes.count)
    return readLine(strippingNewline: true).map { Text.clean($0) }
  }

  /// Told before any question is asked.
  private func checkPermission() throws(AgentError) {
    guard !dryRun else { return }
    let folder = config.lastIndex(of: "/").map { String(config[...$0]) } ?? "."
    guard !Files.exists(folder) || Files.isWritable(folder) else {
      throw AgentError(
        .permission,
        words(
          "\(folder) may not be written by this user; use sudo, or look with --dry-run",
          "\(folder) に書き込む権限がありません。sudo を付けるか、--dry-run で内容だけを見てください。"))
    }
  }

  private func check(_ wish: SetupWish, _ choices: [LANChoice], _ ledger: ConsentLedger) throws(AgentError) {
    for name in wish.lans {
      if !choices.contains(where: { $0.name == name }), interface.contains(name) {
        throw AgentError(
          .notFound,
          words(
            "there is no Ethernet interface '\(name)'; there are \(choices.map(\.name).joined(separator: ", "))",
            "イーサネットのインターフェース '\(name)' はありません。あるのは \(choices.map(\.name).joined(separator: "、")) です。"))
      }
      if let entry = ledger.withdrawal(.scan, name) {
        throw AgentError(
          .permission,
          words(
            "\(entry.by) withdrew the consent to scan \(name); 'kadomori consent grant scan \(name)' gives it again",
            "\(name) を調べる同意は \(entry.by) が取り消しています。'kadomori consent grant scan \(name)' で再び許可できます。"))
      }
    }
    if wish.lans.count > 16 { throw AgentError(.usage, "more than 16 LANs are not looked after") }
  }

  /// Who decides; asked for where nobody is logged in and somebody is there.
  private func decider(_ plan: SetupPlan) throws(AgentError) -> String {
    if plan.grants.isEmpty { return "" }
    var name = Text.clean(by ?? DecisionOptions.login ?? "")
    if name.isEmpty, isAsking {
      name = Text.clean(Self.answer(words("Who decides? Your name:", "許可する方のお名前:")) ?? "")
    }
    guard !name.isEmpty else {
      throw AgentError(
        .usage,
        words("say who decides with --by NAME; nothing was changed", "--by で許可する方の名前を指定してください。何も変更していません。"))
    }
    return name
  }

  private func carryOut(
    _ plan: SetupPlan, _ before: String?, _ paths: Paths, by name: String
  ) throws(AgentError) {
    if !plan.grants.isEmpty { try note(plan.grants, paths, by: name) }
    guard plan.file != .unchanged else { return reload(paths) }
    do throws(SystemError) {
      if let slash = config.lastIndex(of: "/"), slash != config.startIndex {
        try Files.createDirectory(String(config[..<slash]))
      }
      if case .replaces(let copy) = plan.file, let before { try Files.create(copy, with: Array(before.utf8)) }
      try Files.replace(config, with: Array(plan.text.utf8))
    } catch {
      throw AgentError(
        error.isPermission ? .permission : .output,
        words("\(error); the configuration is as it was", "\(error)（設定はもとのままです）"))
    }
    reload(paths)
  }

  private func note(
    _ purposes: [ConsentLedger.Purpose], _ paths: Paths, by name: String
  ) throws(AgentError) {
    let store = ConsentStore(paths)
    var ledger = try store.read()
    for purpose in purposes {
      ledger.add(
        ConsentLedger.Entry(
          purpose, ConsentLedger.gateway, granted: true, .word, by: name, time: Clocks.wall,
          clockSynced: Clocks.wallIsSynchronised))
    }
    try wrapping(.state) { () throws(SystemError) in try Files.createDirectory(paths.state, mode: 0o700) }
    try store.write(ledger)
  }

  private func reload(_ paths: Paths) {
    let told = ((try? ControlClient.ask(.reload, at: paths.controlSocket)) ?? nil) != nil
    guard !told else { return }
    Output.say(
      words(
        "the agent is not running; start it: systemctl enable --now kadomori",
        "エージェントは動いていません。起動してください: systemctl enable --now kadomori"))
  }

  private func tell(_ plan: SetupPlan, isDone: Bool) throws(AgentError) {
    if json { return try Output.document(SetupDocument(plan, isDone: isDone)) }
    if isDone {
      Output.say(
        words(
          "done; 'kadomori wait scanned' waits for the first scan, 'kadomori status' says what to do next",
          "完了しました。'kadomori wait scanned' で最初の調査を待ち、'kadomori status' で次にすることを確かめられます。"))
    }
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}

/// What setting up does, as data.
struct SetupDocument: Encodable {
  var v = "1.0"
  /// Whether anything was changed now.
  var changed: Bool
  var file: String
  var action: String
  var copy: String?
  var lans: [String]
  var broker: String?
  var allowed: [ConsentLedger.Purpose]
  var text: String

  init(_ plan: SetupPlan, isDone: Bool) {
    changed = isDone
    file = plan.path
    switch plan.file {
    case .unchanged: action = "none"
    case .new: action = "write"
    case .replaces(let copy):
      action = "replace"
      self.copy = copy
    }
    lans = plan.wish.lans
    broker = plan.wish.broker.map { "\($0.host):\($0.port)" }
    allowed = ConsentLedger.Purpose.allCases.filter(plan.wish.allowed.contains)
    text = plan.text
  }
}
