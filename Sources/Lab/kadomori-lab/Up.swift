import ArgumentParser
import Foundation
import Lab
import Synchronization

/// Set by the handler of SIGINT and SIGTERM.
private let interrupted = Atomic<Bool>(false)

/// Builds a lab.
struct Up: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Builds a lab and waits until every persona answers.",
    discussion: "Plans:\n"
      + LabPlan.allCases.map { "  \(padded($0.rawValue, 10))\($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "What to build.")
  var plan: LabPlan

  @Flag(help: "Print the lab as a JSON document.")
  var json = false

  @Option(help: ArgumentHelp("Build only these personas, separated by commas.", valueName: "names"))
  var only: String?

  @Option(help: ArgumentHelp("Leave these personas out.", valueName: "names"))
  var without: String?

  @Option(
    help: ArgumentHelp("Lose this share of all packets of the gateway, each way.", valueName: "percent"))
  var loss: Int = 0

  @Option(help: ArgumentHelp("How long the personas may take to answer.", valueName: "seconds"))
  var limit: Int = 45

  @Flag(help: "Leave a lab standing in which a persona does not come up.")
  var keepBroken = false

  func validate() throws {
    guard (1...600).contains(limit) else { throw ValidationError("--limit takes 1 to 600 seconds.") }
    guard LabRun.losses.contains(loss) else { throw ValidationError("--loss takes 0 to 50 percent.") }
  }

  func run() throws {
    _ = interrupted.load(ordering: .relaxed)
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&heard, number)
      signal(number) { _ in interrupted.store(true, ordering: .relaxed) }
    }
    // Whoever started us may have blocked them.
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
    try reporting {
      var options = LabRun.Options()
      options.only = names(only)
      options.without = names(without)
      options.loss = loss
      options.limit = .seconds(limit)
      options.keepsBroken = keepBroken
      options.isInterrupted = { interrupted.load(ordering: .relaxed) }
      let start = ContinuousClock.now
      let lab = try LabRun.up(plan, options)
      if json {
        try printJSON(lab.document)
      } else {
        printTable(lab.document)
        print(
          "up after \((ContinuousClock.now - start).formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1))));"
            + " remove it with: kadomori-lab down \(lab.id)")
      }
    }
  }

  private func names(_ list: String?) -> Set<String> {
    Set((list ?? "").split(separator: ",").map(String.init))
  }
}
