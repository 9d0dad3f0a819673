import Agent
import ArgumentParser
import LinuxIO
import Posture

/// Shows what is wrong, and takes decisions about it.
struct Findings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Show what is wrong, with ids; accept or mute what is known.",
    subcommands: [List.self, Accept.self, Mute.self, Reopen.self], defaultSubcommand: List.self)

  /// Shows findings, without scanning.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Show the findings of the last scan, with their ids and what was decided.")

    @Option(name: .shortAndLong, help: ArgumentHelp("Only this LAN. The default is all.", valueName: "name"))
    var interface: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      let paths = pathOptions.paths
      let document = FindingDocument(try FoundFindings(paths, interface: interface).reports)
      if json { return try Output.document(document) }
      try Output.write(
        FindingText(
          terminal: Terminal(1), language: Terminal.language, profiles: ProfileLoading.load(paths)
        ).render(document))
    }
  }

  /// Takes a known risk.
  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "accept",
      abstract: "Accept a risk for a time: it no longer counts for the grade, and stays listed.")
    @OptionGroup var decision: DecisionOptions
    func run() throws { try decision.decide(.accepted) }
  }

  /// Silences what is not true here.
  struct Mute: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "mute",
      abstract: "Mute a finding that is not true here, for a time.")
    @OptionGroup var decision: DecisionOptions
    func run() throws { try decision.decide(.muted) }
  }

  /// Takes a decision back.
  struct Reopen: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reopen",
      abstract: "Take a decision back: the finding counts again.")

    @Argument(help: ArgumentHelp("The finding's id, or the beginning of it.", valueName: "id"))
    var id: String

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      let store = DecisionStore(pathOptions.paths)
      let known = try store.read().map(\.finding)
      let finding = try Identifiers.one(of: known, named: id, what: "decision about a finding")
      try store.set(nil, for: finding, now: Clocks.wall)
      Output.say("\(finding) counts again")
    }
  }
}

/// The findings on disk.
struct FoundFindings {
  let reports: [PostureReport]

  init(_ paths: Paths, interface: String? = nil) throws(AgentError) {
    let store = PostureStore(paths)
    // A list of decisions that cannot be read is told here, where it matters.
    _ = try DecisionStore(paths).read()
    reports = (interface.map { [$0] } ?? store.interfaces).compactMap(store.graded)
    guard !reports.isEmpty else {
      throw AgentError(
        .notFound,
        "no posture in \(paths.state) that this user may read: nothing was scanned yet, or it needs root")
    }
  }

  var all: [Finding] { reports.flatMap(\.findings) }
}

/// Finds what somebody means by an id or the beginning of one.
enum Identifiers {
  static func one(of known: [String], named text: String, what: String) throws(AgentError) -> String {
    if known.contains(text) { return text }
    let meant = Set(known.filter { $0.hasPrefix(text) }).sorted()
    if let one = meant.first, meant.count == 1 { return one }
    let hint =
      meant.isEmpty
      ? "'kadomori findings' lists the ids" : "it could be \(meant.prefix(5).joined(separator: ", "))"
    throw AgentError(.notFound, "no \(what) is called '\(text)': \(hint)")
  }
}
