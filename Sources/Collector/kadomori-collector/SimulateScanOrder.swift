import ArgumentParser
import LinuxIO
import ScanOrder

/// Compares orders in which a provider's addresses may be scanned.
struct SimulateScanOrder: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan-order",
    abstract: "Scan a made-up provider in several orders, and compare how early services are found.",
    discussion: """
      Needs neither a provider nor a state directory. All of it is synthetic: it shows that an order can see a structure \
      like the one that was made up, not what it brings at a real provider.

      A cell is a /24 times a port. Before the first round all orders have probed the same part of each cell (--survey); \
      in each round they probe a part of all cells (--budget), and learn from that alone. The last part of that (--explore) goes \
      to the cells that were not probed for longest, so that every cell is probed within the horizon.

      Columns: PROBES-90 is the part of probes after which 90 % of services are found; AT-15 what part 15 % of probes \
      find, BY-PORT the same with each port counting as much as another; GAIN is the area under the curve above that of \
      the random order; ORACLE is PROBES-90 over that of an order that knows where all are. Behind each stands how far it \
      may be off, with 95 % confidence over the made-up providers.
      """)

  @Option(
    help:
      "What is made up: \(SyntheticProvider.Structure.allCases.map(\.rawValue).joined(separator: ", ")); with none no order can gain anything."
  )
  var world = SyntheticProvider.Structure.structured

  @Option(help: ArgumentHelp("How many prefixes: 16 to 4096.", valueName: "count"))
  var prefixes = 512

  @Option(help: ArgumentHelp("How many providers are made up: 2 to 200.", valueName: "count"))
  var providers = 20

  @Option(help: ArgumentHelp("How many rounds each is scanned: 1 to 100.", valueName: "count"))
  var rounds = 10

  @Option(help: ArgumentHelp("What part of each cell is known before: 0 to 1.", valueName: "part"))
  var survey = 0.05

  @Option(help: ArgumentHelp("What part of all cells a round probes: 0.01 to 1.", valueName: "part"))
  var budget = 0.2

  @Option(help: ArgumentHelp("What part of a round looks elsewhere: 0.01 to 1.", valueName: "part"))
  var explore = 0.1

  @Option(help: "The same seed gives the same numbers.")
  var seed: UInt64 = 7

  @Option(help: ArgumentHelp("Draw what is found when, as SVG.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    func check(_ isGood: Bool, _ text: String) throws { if !isGood { throw ValidationError(text) } }
    try check((16...4096).contains(prefixes), "--prefixes goes from 16 to 4096.")
    try check((2...200).contains(providers), "--providers goes from 2 to 200.")
    try check((1...100).contains(rounds), "--rounds goes from 1 to 100.")
    try check((0...1).contains(survey), "--survey goes from 0 to 1.")
    try check((0.01...1).contains(budget), "--budget goes from 0.01 to 1.")
    try check((0.01...1).contains(explore), "--explore goes from 0.01 to 1.")
  }

  func run() async throws {
    try await reporting {
      let plan = plan
      let outcomes = OrderComparison.compare(plan)
      if let svg { try Files.replace(svg, with: Array(OrderPicture(outcomes, title: title).svg.utf8)) }
      if json { return try printJSON("scan_order", SimulatedScanOrder(plan, outcomes)) }
      talk(title)
      if let horizon = plan.horizon {
        talk("every cell is probed within \(horizon) rounds, wherever it ranks")
      }
      print(Self.table(outcomes).text)
    }
  }

  private var plan: OrderPlan {
    var plan = OrderPlan()
    (plan.structure, plan.prefixes, plan.providers, plan.rounds) = (world, prefixes, providers, rounds)
    (plan.survey, plan.budget, plan.exploration, plan.seed) = (survey, budget, explore, seed)
    return plan
  }

  private var title: String {
    "synthetic, \(world.rawValue): \(providers) providers of \(prefixes) prefixes times "
      + "\(SyntheticProvider.ports.count) ports, \(rounds) rounds of \(budget.percent(0)), survey \(survey.percent(0))"
  }

  private static func table(_ outcomes: [OrderOutcome]) -> Table {
    func cell(_ interval: ConfidenceInterval, _ text: (Double) -> String) -> String {
      "\(text(interval.mean)) ± \(text((interval.high - interval.low) / 2))"
    }
    var table = Table(["ORDER", "PROBES-90", "AT-15", "BY-PORT", "GAIN", "ORACLE"])
    for outcome in outcomes {
      table.add([
        outcome.order.rawValue, cell(outcome.probesToMost) { $0.percent(1) },
        cell(outcome.early) { $0.percent(1) },
        cell(outcome.earlyByPort) { $0.percent(1) }, cell(outcome.gain) { ($0 * 100).fixed(2) },
        cell(outcome.toOracle) { $0.fixed(2) },
      ])
    }
    return table
  }
}

extension SyntheticProvider.Structure: ExpressibleByArgument {}

extension Double {
  fileprivate func fixed(_ digits: Int) -> String {
    let scale = [1.0, 10, 100][digits]
    let value = Int((self * scale).rounded())
    guard digits > 0 else { return "\(value)" }
    let part = "\(abs(value) % Int(scale))"
    return (value < 0 ? "-" : "") + "\(abs(value) / Int(scale))."
      + String(repeating: "0", count: digits - part.count) + part
  }

  fileprivate func percent(_ digits: Int) -> String { (self * 100).fixed(digits) + " %" }
}
