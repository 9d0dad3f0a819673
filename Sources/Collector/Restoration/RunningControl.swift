import Stagger

/// The collector's half of a simulation: measures, decides, publishes; and gateways hear of it a while later.
struct RunningControl {
  private let plan: RestorationPlan
  private let window: Double
  private var control = SpeedControl()
  private var estimate: CapacityEstimate
  private var period = CapacityEstimate.Period(seconds: 0, sessions: 0)
  private var published: [(second: Int, speed: Double)] = []
  private var numbers: SeededNumbers

  init(_ plan: RestorationPlan) {
    self.plan = plan
    window = max(1, plan.policy.window / .seconds(1))
    estimate = CapacityEstimate(told: plan.capacity)
    numbers = SeededNumbers(seed: plan.seed &+ 2)
  }

  /// Sees what a collector sees of a second: who was let in, and what became of its own attempt.
  mutating func measure(_ second: Int, attempts: Int, admitted: Int, _ hold: inout HeldFleet?) {
    period.seconds += 1
    period.sessions += admitted
    period.door.note(isAdmitted: attempts == 0 || numbers.unit() * Double(attempts) < Double(admitted))
    if period.seconds == SpeedControl.period {
      let load = estimate.note(period)
      let most = Double(plan.gateways) / (window * estimate.value)
      let speed = control.next(load: load, most: most, inForce: hold?.speed ?? 1)
      published.append((second + plan.hintDelay, speed))
      period = CapacityEstimate.Period(seconds: 0, sessions: 0)
    }
    while let next = published.first, next.second <= second {
      hold?.run(at: next.speed, second: second)
      published.removeFirst()
    }
  }
}
