import Stagger

/// Lets a fleet come back in one way, second by second.
///
/// The collector does `capacity` units of work a second. A session costs one, refusing costs `rejectCost`; so of A
/// attempts above the capacity C as many get a session as (C − R A) / (1 − R), and refusing alone can use it all up.
/// Gateways that are ours run the code of the agent: slot, virtual clock and retry windows.
package struct Simulation {
  /// When so many seconds in a row with attempts bring no session at all, it is called a livelock and ends.
  package static let livelockAfter = 3000

  private let plan: RestorationPlan
  private let fleet: ReturningFleet
  private let compared: ComparedPolicy
  private var numbers: SeededNumbers
  private var calendar = AttemptCalendar(slots: ReturningFleet.horizon + 1)
  private var rule: RetryRule
  private var hold: HeldFleet?
  private var control: RunningControl?
  private var taken: SecondCounts
  private var waited: SecondCounts
  private var criticalWaited: SecondCounts
  private var peak = 0
  private var rejects = 0

  init(_ plan: RestorationPlan, _ fleet: ReturningFleet, _ compared: ComparedPolicy) {
    self.plan = plan
    self.fleet = fleet
    self.compared = compared
    numbers = SeededNumbers(seed: plan.seed &+ 1)
    rule = RetryRule(compared, gateways: plan.gateways)
    if compared.isOurs { hold = HeldFleet(plan) }
    if compared == .kadomori { control = RunningControl(plan) }
    taken = SecondCounts(upTo: ReturningFleet.horizon)
    waited = SecondCounts(upTo: ReturningFleet.horizon)
    criticalWaited = SecondCounts(upTo: ReturningFleet.horizon)
  }

  /// Simulates each of the ways with the same fleet.
  package static func compare(
    _ plan: RestorationPlan, _ policies: [ComparedPolicy] = ComparedPolicy.allCases
  ) -> [RestorationOutcome] {
    let fleet = ReturningFleet(plan)
    return policies.map { policy in
      var simulation = Simulation(plan, fleet, policy)
      return simulation.run()
    }
  }

  private mutating func run() -> RestorationOutcome {
    let first = fleet.first
    var idle = 0
    for second in first...ReturningFleet.horizon {
      var attempting = calendar.take(second)
      if hold == nil { attempting += fleet.ready(in: second) }
      hold?.pass(second, fleet, into: &attempting)
      let admitted = admit(&attempting, in: second)
      control?.measure(second, attempts: attempting.count, admitted: admitted, &hold)
      // A second in which nobody asks says nothing.
      if admitted > 0 { idle = 0 } else if !attempting.isEmpty { idle += 1 }
      if taken.total == plan.gateways || idle >= Self.livelockAfter { break }
    }
    return outcome(first: first, livelock: idle >= Self.livelockAfter)
  }

  /// Gives sessions to as many as there is room for, chosen at random, and has the others wait.
  private mutating func admit(_ attempting: inout [UInt32], in second: Int) -> Int {
    let count = attempting.count
    peak = max(peak, count)
    let (capacity, cost) = (plan.realCapacity, plan.rejectCost)
    let fits = Double(count) <= capacity
    let room = fits ? count : max(0, Int((capacity - cost * Double(count)) / (1 - cost)))
    rejects += count - room
    if room == 0, compared == .libmosquitto, count > 0 {
      calendar.put(all: attempting, at: second + 1)
      return 0
    }
    var (left, free) = (count, room)
    for gateway in attempting {
      if free > 0, free == left || numbers.next() % UInt64(left) < UInt64(free) {
        free -= 1
        connected(gateway, in: second)
      } else {
        let wait = hold?.wait(of: gateway, &numbers) ?? rule.wait(of: Int(gateway), &numbers)
        calendar.put(gateway, at: second + max(1, Int(wait)))
      }
      left -= 1
    }
    return room
  }

  private mutating func connected(_ gateway: UInt32, in second: Int) {
    let wait = second - Int(fleet.ready[Int(gateway)])
    taken.add(second)
    waited.add(wait)
    if plan.kind(of: gateway) == .critical { criticalWaited.add(wait) }
  }

  private func outcome(first: Int, livelock: Bool) -> RestorationOutcome {
    var (sum, curve) = (0, [Double]())
    for second in first...ReturningFleet.horizon {
      sum += taken[second]
      if (second - first) % 10 == 0 { curve.append(Double(sum) / Double(plan.gateways)) }
      if sum == taken.total, (second - first) % 10 == 0 { break }
    }
    return RestorationOutcome(
      policy: compared, peakToCapacity: Double(peak) / plan.capacity,
      rejectsPerGateway: Double(rejects) / Double(plan.gateways), p50: waited.quantile(0.5),
      p99: waited.quantile(0.99), criticalP99: criticalWaited.quantile(0.99),
      t99: taken.second(of: 0.99 * Double(plan.gateways)).map { $0 - first },
      connected: Double(taken.total) / Double(plan.gateways), livelock: livelock, curve: curve)
  }
}
