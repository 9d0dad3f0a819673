import ScanOrder

/// What `simulate scan-order --json` prints: what was made up, and what each order has brought.
struct SimulatedScanOrder: Encodable {
  /// Never anything else: nothing of it was measured at a provider.
  private let synthetic = true
  private let world: String
  private let prefixes: Int
  private let ports: Int
  private let providers: Int
  private let rounds: Int
  private let survey: Double
  private let budget: Double
  private let explore: Double
  private let horizon: Int?
  private let seed: UInt64
  private let orders: [Order]

  struct Order: Encodable {
    let order: String
    let probesTo90: Part
    let foundAt15: Part
    let foundAt15ByPort: Part
    let gain: Part
    let toOracle: Part
    let curve: [Double]

    enum CodingKeys: String, CodingKey {
      case order, gain, curve
      case probesTo90 = "probes_to_90"
      case foundAt15 = "found_at_15"
      case foundAt15ByPort = "found_at_15_by_port"
      case toOracle = "to_oracle"
    }
  }

  struct Part: Encodable {
    let low: Double
    let mean: Double
    let high: Double

    init(_ interval: ConfidenceInterval) { (low, mean, high) = (interval.low, interval.mean, interval.high) }
  }

  private enum CodingKeys: String, CodingKey {
    case synthetic, world, prefixes, ports, providers, rounds, survey, budget, explore, seed, orders
    case horizon = "horizon_rounds"
  }

  init(_ plan: OrderPlan, _ outcomes: [OrderOutcome]) {
    world = plan.structure.rawValue
    (prefixes, ports, providers) = (plan.prefixes, SyntheticProvider.ports.count, plan.providers)
    (rounds, survey, budget, explore) = (plan.rounds, plan.survey, plan.budget, plan.exploration)
    (horizon, seed) = (plan.horizon, plan.seed)
    orders = outcomes.map {
      Order(
        order: $0.order.rawValue, probesTo90: Part($0.probesToMost), foundAt15: Part($0.early),
        foundAt15ByPort: Part($0.earlyByPort), gain: Part($0.gain), toOracle: Part($0.toOracle),
        curve: $0.curve)
    }
  }
}
