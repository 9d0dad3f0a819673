import Agent
import ArgumentParser
import Identify
import LinuxIO
import LocalControl
import Posture
import Wording

/// Shows and changes what the owner allowed.
struct Consent: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent",
    abstract: "Show what was allowed here, by whom and since when; allow or withdraw it.",
    discussion: """
      Naming a LAN in the configuration allows to scan it, naming a broker there or enrolling allows to report. What \
      is withdrawn here stays off, whatever the configuration says, until it is allowed again.
      """,
    subcommands: [List.self, Grant.self, Withdraw.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the record.")

    @Flag(help: "Print one JSON document.")
    var json = false

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      let ledger = try ConsentStore(pathOptions.paths).read()
      if json { return try Output.document(ledger) }
      if ledger.entries.isEmpty {
        return Output.say(
          LocalizedText(
            ja: "まだ何も許可されていません。何も調べず、どこにも報告しません。",
            en: "nothing was allowed yet: nothing is scanned, and nothing reported")[Terminal.language])
      }
      let lines = ledger.entries.map { ConsentText($0, isCurrent: ledger.counts($0)).rendered }
      try Output.write(lines.joined(separator: "\n") + "\n")
    }
  }

  struct Grant: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "grant", abstract: "Allow again what was withdrawn.")
    @OptionGroup var options: ConsentOptions
    func run() throws { try options.note(granted: true) }
  }

  struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "withdraw", abstract: "Withdraw what was allowed; it ends at once.")
    @OptionGroup var options: ConsentOptions
    func run() throws { try options.note(granted: false) }
  }
}

/// Who allows or withdraws what.
struct ConsentOptions: ParsableArguments {
  @Argument(
    help:
      "scan, report, close: to close ports on the word of the provider's operators; or indicators: to match where devices go against a list."
  )
  var purpose: ConsentLedger.Purpose

  @Argument(
    help: ArgumentHelp(
      "The LAN's interface, or where reports go, as the record has it; only needed where there is more than one.",
      valueName: "scope"))
  var scope: String?

  @Option(help: ArgumentHelp("Who decides. The default is who is logged in.", valueName: "name"))
  var by: String?

  @Option(help: ArgumentHelp("Why, in a sentence.", valueName: "text"))
  var reason: String?

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  func note(granted: Bool) throws {
    let paths = pathOptions.paths
    let store = ConsentStore(paths)
    var ledger = try store.read()
    let known = Set(ledger.entries.filter { $0.purpose == purpose && $0.way != .once }.map(\.scope))
    if purpose.isByWordAlone { return try note(granted, ConsentLedger.gateway, &ledger) }
    guard let scope = scope ?? (known.count == 1 ? known.first : nil), known.contains(scope) else {
      throw AgentError(
        .notFound,
        "the record has \(known.isEmpty ? "nothing to \(purpose.rawValue)" : known.sorted().joined(separator: ", ")); name one of it"
      )
    }
    try note(granted, scope, &ledger)
  }

  private func note(_ granted: Bool, _ scope: String, _ ledger: inout ConsentLedger) throws {
    let paths = pathOptions.paths
    let name = Text.clean(by ?? DecisionOptions.login ?? "")
    guard !name.isEmpty else { throw ValidationError("say who decides with --by NAME") }
    ledger.add(
      ConsentLedger.Entry(
        purpose, scope, granted: granted, .word, by: name, reason: reason.map(Text.clean), time: Clocks.wall,
        clockSynced: Clocks.wallIsSynchronised))
    try ConsentStore(paths).write(ledger)
    // What is withdrawn ends at once.
    if purpose == .indicators, !granted { try ClearIndicators.clear(firewall) }
    let told = (try? ControlClient.ask(.reload, at: paths.controlSocket)) != nil
    Output.say(
      LocalizedText(
        ja: "\(purpose.rawValue) \(scope): \(granted ? "許可" : "取り消し")を記録しました。",
        en: "\(purpose.rawValue) \(scope): \(granted ? "allowed" : "withdrawn") by \(name)")[
          Terminal.language])
    if !told, Files.exists(paths.controlSocket) {
      Output.say("kadomori: the running agent could not be told; restart it: systemctl restart kadomori")
    }
  }
}

extension ConsentLedger.Purpose: ExpressibleByArgument {}

extension ConsentLedger {
  func counts(_ entry: Entry) -> Bool { current(entry.purpose, entry.scope) == entry }
}

/// One entry of the record as a person reads it.
private struct ConsentText {
  let entry: ConsentLedger.Entry
  let isCurrent: Bool

  init(_ entry: ConsentLedger.Entry, isCurrent: Bool) {
    self.entry = entry
    self.isCurrent = isCurrent
  }

  var rendered: String {
    let terminal = Terminal(1)
    let words: LocalizedText =
      switch (entry.way, entry.granted) {
      case (.once, _): LocalizedText(ja: "一度だけ", en: "once")
      case (_, true): LocalizedText(ja: "許可", en: "allowed")
      case (_, false): LocalizedText(ja: "取り消し", en: "withdrawn")
      }
    let clock =
      entry.clockSynced ? "" : LocalizedText(ja: "（時計は未設定）", en: " (clock not set)")[Terminal.language]
    let reason = entry.reason.map { ": \($0)" } ?? ""
    let line =
      "\(TextWidth.fit(entry.purpose.rawValue, to: 12))\(TextWidth.fit(entry.scope, to: 28))"
      + "\(TextWidth.fit(words[Terminal.language], to: 12))\(entry.time.wholeSeconds)\(clock)  \(entry.by)\(reason)"
    let style: Terminal.Style? = isCurrent ? (entry.granted ? .green : .red) : .faint
    return terminal.styled(line, style)
  }
}
