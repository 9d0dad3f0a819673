import Stagger

/// The collector's half of a simulation: measures, decides, publishes; and gateways hear of it a while later.
struct RunningControl {
  private let plan: RestorationPlan
  private let window: Double
  private var control = SpeedControl()
  private var published: [(second: Int, speed: Double)] = []
  private var attempts = 0
  private var seconds = 0

  init(_ plan: RestorationPlan) {
    self.plan = plan
    window = max(1, plan.policy.window / .seconds(1))
  }

  mutating func measure(_ second: Int, attempts count: Int, away: Int, _ hold: inout HeldFleet?) {
    attempts += count
    seconds += 1
    if seconds == SpeedControl.period {
      let capacity = plan.realCapacity
      let load = Double(attempts) / (Double(seconds) * capacity)
      let most = Double(plan.gateways) / (window * capacity)
      let speed = control.next(load: load, most: most, inForce: hold?.speed ?? 1)
      published.append((second + plan.hintDelay, speed))
      (attempts, seconds) = (0, 0)
    }
    while let next = published.first, next.second <= second {
      hold?.run(at: next.speed, second: second)
      published.removeFirst()
    }
  }
}
