import Addresses
import Agent
import ArgumentParser
import Checks
import Exposures
import Firewall
import LinuxIO
import LocalPage
import Posture
import Profiles
import Wording

/// Does about a finding what this gateway can do, or says what a person can.
struct Fix: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fix",
    abstract: "Do about a finding what this gateway can do itself, or say step by step what you can.",
    discussion: """
      What strangers reach through this gateway it can close: on trial, as 'kadomori close' does, to be kept with \
      'kadomori confirm' and opened again with 'kadomori undo ID'. Everything else has to be done at the device: then \
      the steps are printed, and it ends with 2. With --dry-run nothing is changed.
      """)

  @Argument(
    help: ArgumentHelp("The id of a finding, or the beginning of it, or of a closing.", valueName: "id"))
  var id: String

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long to close on trial: 5s to 1h.", valueName: "duration")
  )
  var trial = "120s"

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var options: ExposureOptions

  func run() throws {
    let paths = options.pathOptions.paths
    if id.hasPrefix("cl-") {
      _ = try options.makePlan()
      return try close([id])
    }
    let reports = try FoundFindings(paths).reports
    let all = reports.flatMap(\.findings)
    let name = try Identifiers.one(of: all.map(\.id), named: id, what: "finding")
    guard let finding = all.first(where: { $0.id == name }) else { return }
    let device = reports.flatMap(\.devices).first { $0.id == finding.device }
    let text = Checks.text(
      for: finding, about: device, profiles: ProfileLoading.load(paths), Terminal.language)
    let steps = FixSteps(finding, device, text, Terminal.language)
    let closable = try self.closable(finding)
    if closable.isEmpty || dryRun || json {
      let document = FixDocument(
        finding: name, closings: closable, steps: steps.steps, done: !dryRun && !closable.isEmpty)
      if dryRun || closable.isEmpty {
        try json ? Output.document(document) : Output.write(rendered(steps, closable))
      }
    }
    guard !closable.isEmpty else {
      throw AgentError(
        .nothingToDo,
        words(
          "this gateway can do nothing about \(name) itself; the steps are above",
          "\(name) についてこのゲートウェイが自動でできることはありません。手順は上のとおりです。"))
    }
    guard !dryRun else { return }
    try close(closable.map(\.id))
    try FixStore(paths).add(FixRecord(finding: name, closings: closable.map(\.id)))
  }

  /// What of the plan keeps strangers from the service of a finding.
  private func closable(_ finding: Finding) throws -> [ClosingPlan.Entry] {
    guard let port = finding.service else { return [] }
    let (sight, plan) = try options.makePlan()
    let ids = sight.ports.filter { exposed in
      guard exposed.target.side == .wan, exposed.reachable != .no, exposed.device == finding.device else {
        return false
      }
      let inner = exposed.leadsTo.map { Port(exposed.target.port.transport, $0.port) } ?? exposed.target.port
      return inner == port
    }.map { PlanMaker.id(of: $0.target) }
    return plan.entries.filter { ids.contains($0.id) && $0.verdict != .never }
  }

  /// By the same way as 'kadomori close', with its trial and its checks.
  private func close(_ ids: [String]) throws {
    var words = ids + ["--for", trial, "--config", options.config]
    if dryRun {
      return Output.say(
        LocalizedText(
          ja: "閉じるもの: \(ids.joined(separator: " "))", en: "would close \(ids.joined(separator: " "))")[
            Terminal.language])
    }
    if json { words.append("--json") }
    if let state = options.pathOptions.state { words += ["--state", state] }
    if let runtime = options.pathOptions.runtime { words += ["--runtime", runtime] }
    words += ["--firewall-socket", options.firewall.socket, "--firewall-state", options.firewall.state]
    let command = try Close.parse(words)
    try command.run()
  }

  private func rendered(_ steps: FixSteps, _ closable: [ClosingPlan.Entry]) -> String {
    let terminal = Terminal(1)
    guard !closable.isEmpty else { return steps.rendered(terminal) }
    let rows = closable.map { ($0.id, "\($0.target.port)  \($0.owner ?? "")") }
    return Rows.render(
      words("Closing this keeps strangers out", "次を閉じると、外からは届かなくなります"), rows, terminal)
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}

/// What is done about a finding, as data.
struct FixDocument: Encodable {
  var v = "1.0"
  var finding: String
  /// What this gateway can close about it; empty where it can do nothing itself.
  var closings: [ClosingPlan.Entry]
  /// What a person can do, one after the other.
  var steps: [String]
  var done: Bool
}

/// What a person can do about a finding, one step after the other.
struct FixSteps {
  let title: String
  let steps: [String]

  init(_ finding: Finding, _ device: Device?, _ text: CheckText?, _ language: Language) {
    func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
    title = text?.title ?? finding.check
    let address = device?.addresses.first?.description
    let name = [address, device?.kind.words[language], device?.makeAndModel].compactMap(\.self)
      .joined(separator: "  ")
    var steps: [String] = []
    if !name.isEmpty { steps.append(words("Find the device: \(name)", "機器を確かめます: \(name)")) }
    if let page = device?.ownPage {
      steps.append(
        words(
          "Open its settings page in a browser: \(page)", "ブラウザーで設定画面を開きます: \(page)"))
    }
    if let remedy = text?.remedy { steps.append(remedy) }
    steps.append(
      words(
        "See whether it is gone: kadomori scan --interface NAME, then kadomori check",
        "直ったか確かめます: kadomori scan --interface 名前、続けて kadomori check"))
    steps.append(
      words(
        "If it has to stay as it is: kadomori findings accept \(finding.id) --reason WHY --until 90d",
        "そのままにする必要がある場合: kadomori findings accept \(finding.id) --reason 理由 --until 90d"))
    self.steps = steps
  }

  func rendered(_ terminal: Terminal) -> String {
    var lines = TextWidth.wrap(title, to: terminal.columns).map { terminal.styled($0, .bold) }
    for (index, step) in steps.enumerated() {
      for (turn, line) in TextWidth.wrap(step, to: max(16, terminal.columns - 5)).enumerated() {
        lines.append((turn == 0 ? TextWidth.fit("\(index + 1).", to: 4) : "    ") + line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
