import Agent
import ArgumentParser
import Posture

/// Shows what the last scan found, without scanning.
struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Show what the agent's last scan found, and when it last heard of each device.")

  @Option(name: .shortAndLong, help: ArgumentHelp("Only this LAN. The default is all.", valueName: "name"))
  var interface: String?

  @Flag(help: "Print one JSON document, a list of reports.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let store = PostureStore(paths)
    let reports = (pathOptions.runningReports ?? store.interfaces.compactMap(store.graded)).filter {
      interface == nil || $0.scan.interface == interface
    }
    guard !reports.isEmpty else {
      throw AgentError(
        .notFound,
        "no posture in \(paths.state) that this user may read: nothing was scanned yet, or it needs root; "
          + "look now with 'kadomori scan --interface NAME'")
    }
    if json { return try Output.document(reports) }
    let text = ReportText(
      terminal: Terminal(1), language: Terminal.language, profiles: ProfileLoading.load(paths))
    for report in reports { try Output.write(text.render(report)) }
  }
}
