import ArgumentParser
import LinuxIO
import Restoration

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Try out on paper what cannot be tried on a fleet.",
    subcommands: [SimulateRestoration.self, SimulateScanOrder.self])
}

/// Compares ways for a fleet to come back after a blackout.
struct SimulateRestoration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restoration",
    abstract: "Let a fleet come back after a blackout, in several ways, and compare them.",
    discussion: """
      Needs neither a fleet nor a state directory. Refusing costs the collector as well: 0.05 of a session where it \
      happens before TLS, 0.8 where it is a CONNACK.

      Columns: PEAK is the most attempts in a second over the capacity; REJECTS are per gateway; P50, P99 and \
      CRITICAL (its P99) are seconds from being able to connect to a session, of those that got one; T99 is when 99 % \
      have one. LIVELOCK means that refusing takes all the capacity.

      kadomori is what the agent does when the collector publishes the speed of the window's clock ('restoration:' with \
      'hint:' in its configuration), kadomori-slot what it does without.
      """)

  @Option(help: ArgumentHelp("How many gateways: 1 to 10,000,000.", valueName: "count"))
  var gateways = 1_000_000

  @Option(
    help: ArgumentHelp("New sessions a second that the collector is believed to take.", valueName: "rate"))
  var capacity = 2000.0

  @Option(help: ArgumentHelp("How many times too high that is: 0.1 to 10.", valueName: "factor"))
  var capacityError = 1.0

  @Option(help: ArgumentHelp("What refusing costs, in sessions: 0 to 0.95.", valueName: "part"))
  var rejectCost = 0.05

  @Option(
    help: "How the power comes back: \(RestorationScenario.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var scenario = RestorationScenario.atOnce

  @Option(help: ArgumentHelp("The window in seconds, 0 to 1800; planned when absent.", valueName: "seconds"))
  var window: Double?

  @Option(help: ArgumentHelp("What part of the fleet is critical: 0 to 1.", valueName: "part"))
  var criticalShare = 0.01

  @Option(help: ArgumentHelp("What part of the fleet may wait: 0 to 1.", valueName: "part"))
  var lowShare = 0.0

  @Option(
    help: ArgumentHelp("Seconds until gateways know a published speed: 0 to 600.", valueName: "seconds"))
  var hintDelay = 15

  @Option(help: "The same seed gives the same numbers.")
  var seed: UInt64 = 7

  @Option(
    name: .customLong("policy"),
    help:
      "A way to come back; may be given several times: \(ComparedPolicy.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var policies: [ComparedPolicy] = []

  @Option(help: ArgumentHelp("Draw who is back when, as SVG.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    func check(_ isGood: Bool, _ text: String) throws { if !isGood { throw ValidationError(text) } }
    try check((1...RestorationPlan.most).contains(gateways), "--gateways goes from 1 to 10000000.")
    try check((0.1...10_000_000).contains(capacity), "--capacity goes from 0.1 to 10000000 a second.")
    try check((0.1...10).contains(capacityError), "--capacity-error goes from 0.1 to 10.")
    try check((0...0.95).contains(rejectCost), "--reject-cost goes from 0 to 0.95.")
    try check(window.map { (0...1800).contains($0) } ?? true, "--window goes from 0 to 1800 seconds.")
    try check((0...1).contains(criticalShare), "--critical-share goes from 0 to 1.")
    try check((0...1).contains(lowShare), "--low-share goes from 0 to 1.")
    try check(criticalShare + lowShare <= 1, "--critical-share and --low-share are more than all together.")
    try check((0...600).contains(hintDelay), "--hint-delay goes from 0 to 600 seconds.")
  }

  func run() async throws {
    try await reporting {
      let plan = plan
      let outcomes = Simulation.compare(plan, policies.isEmpty ? ComparedPolicy.allCases : policies)
      if let svg {
        let curve = ReturnCurve(outcomes, title: title)
        try Files.replace(svg, with: Array(curve.svg.utf8))
      }
      if json { return try printJSON("restoration", SimulatedRestoration(plan, outcomes)) }
      talk(title)
      print(Self.table(outcomes).text)
    }
  }

  private var plan: RestorationPlan {
    var plan = RestorationPlan()
    plan.gateways = gateways
    plan.capacity = capacity
    plan.capacityError = capacityError
    plan.rejectCost = rejectCost
    plan.scenario = scenario
    plan.window = window
    plan.criticalShare = criticalShare
    plan.lowShare = lowShare
    plan.hintDelay = hintDelay
    plan.seed = seed
    return plan
  }

  private var title: String {
    let real = capacityError == 1 ? "" : ", really \((capacity / capacityError).text(0))"
    return
      "\(gateways) gateways, \(capacity.text(0)) sessions/s\(real), refusing costs \(rejectCost.text(2)), "
      + "\(scenario.rawValue), window \(plan.windowSeconds.text(0)) s"
  }

  private static func table(_ outcomes: [RestorationOutcome]) -> Table {
    func cell(_ seconds: Int?) -> String { seconds.map(String.init) ?? "-" }
    var table = Table(["POLICY", "PEAK", "REJECTS", "P50", "P99", "CRITICAL", "T99", "CONNECTED", ""])
    for outcome in outcomes {
      table.add([
        outcome.policy.rawValue, outcome.peakToCapacity.text(2), outcome.rejectsPerGateway.text(3),
        cell(outcome.p50), cell(outcome.p99), cell(outcome.criticalP99), cell(outcome.t99),
        (outcome.connected * 100).text(1) + " %", outcome.livelock ? "LIVELOCK" : "",
      ])
    }
    return table
  }
}

extension RestorationScenario: ExpressibleByArgument {}
extension ComparedPolicy: ExpressibleByArgument {}

extension Double {
  /// With so many digits after the point, 0 to 3.
  fileprivate func text(_ digits: Int) -> String {
    let scale = [1, 10, 100, 1000][digits]
    let value = Int((self * Double(scale)).rounded())
    guard digits > 0 else { return String(value) }
    let part = String(value % scale)
    return "\(value / scale)." + String(repeating: "0", count: digits - part.count) + part
  }
}
