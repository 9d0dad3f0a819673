import Restoration

/// What `simulate restoration --json` prints: what was assumed, and what came of it.
struct SimulatedRestoration: Encodable {
  private let gateways: Int
  private let capacity: Double
  private let capacityError: Double
  private let rejectCost: Double
  private let scenario: RestorationScenario
  private let window: Double
  private let criticalShare: Double
  private let lowShare: Double
  private let hintDelay: Int
  private let seed: UInt64
  private let outcomes: [RestorationOutcome]

  init(_ plan: RestorationPlan, _ outcomes: [RestorationOutcome]) {
    gateways = plan.gateways
    capacity = plan.capacity
    capacityError = plan.capacityError
    rejectCost = plan.rejectCost
    scenario = plan.scenario
    window = plan.windowSeconds
    criticalShare = plan.criticalShare
    lowShare = plan.lowShare
    hintDelay = plan.hintDelay
    seed = plan.seed
    self.outcomes = outcomes
  }

  private enum CodingKeys: String, CodingKey {
    case gateways, scenario, seed, outcomes
    case capacity = "capacity_per_s"
    case capacityError = "capacity_error"
    case rejectCost = "reject_cost"
    case window = "window_s"
    case criticalShare = "critical_share"
    case lowShare = "low_share"
    case hintDelay = "hint_delay_s"
  }
}
