import Agent
import ArgumentParser
import Settings
import Wording

/// Waits until the agent is so far.
struct Wait: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until the agent is so far; for scripts.",
    discussion: """
      running: it answers. enrolled: the gateway belongs to a fleet. connected: the broker has let it in. scanned: \
      every LAN has been scanned to its end, and no scan goes on. Ends with 0 as soon as it is so, and with 75 where \
      it is not within the time.
      """)

  /// What can be waited for.
  enum Goal: String, ExpressibleByArgument, CaseIterable {
    case running, enrolled, connected, scanned

    func isReached(by status: StatusDocument) -> Bool {
      switch self {
      case .running: status.running
      case .enrolled: status.enrolment != nil
      case .connected: status.broker.state == .connected
      case .scanned:
        !status.lans.isEmpty
          && status.lans.allSatisfy { $0.lastScan != nil && $0.complete == true && !$0.scanning }
      }
    }
  }

  @Argument(help: ArgumentHelp("running, enrolled, connected or scanned.", valueName: "goal"))
  var goal: Goal

  @Option(help: ArgumentHelp("How long to wait at most: 1s to 1d.", valueName: "duration"))
  var timeout = Span(seconds: 60)

  @Flag(help: "Print the agent's status as one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let agent = RunningAgent(pathOptions.paths)
    let status = agent.status(within: timeout.seconds, where: goal.isReached)
    if json, let status { try Output.document(status) }
    guard let status, goal.isReached(by: status) else {
      let why =
        status.map { $0.broker.problem ?? $0.lans.compactMap(\.problem).first ?? "" }
        ?? words(
          "no agent answers; start it: systemctl start kadomori", "エージェントが動いていません: systemctl start kadomori")
      throw AgentError(
        .timeout,
        words("not \(goal.rawValue) within \(timeout.text)", "\(timeout.text) 以内に \(goal.rawValue) になりませんでした")
          + (why.isEmpty ? "" : ": \(why)"))
    }
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}

/// A span of time on the command line: whole seconds, as `90s`, `5min`, `2h`, `1d`.
struct Span: ExpressibleByArgument {
  var seconds: Int
  var text: String

  var defaultValueDescription: String { text }

  init(seconds: Int) {
    self.seconds = seconds
    text = "\(seconds)s"
  }

  init?(argument: String) {
    let units = ["s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400]
    let digits = argument.prefix { ("0"..."9").contains($0) }
    guard (1...5).contains(digits.utf8.count), let number = Int(digits),
      let unit = units[String(argument.dropFirst(digits.count))], (1...86_400).contains(number * unit)
    else { return nil }
    seconds = number * unit
    text = argument
  }
}
