import Stagger

/// Gateways that wait for their slot, by the time of the one virtual clock that all of them follow.
///
/// A gateway that began at V is due at V + its offset, whatever the speed has been: so nothing is sorted anew when it
/// changes.
struct HeldFleet {
  /// Steps of the virtual clock in a second: fine enough that a slow clock releases some in every second.
  private static let ticks = 16.0

  private let plan: RestorationPlan
  private let policy: ReconnectPolicy
  private let slots: SlotPlan
  private let secret: KeyedHash
  private var clock = VirtualClock(now: .zero)
  private var due: AttemptCalendar
  /// When each has waited for as long as it may, by the second.
  private var latest: AttemptCalendar
  private var passed = 0
  private var released: [Bool]
  private var windows: [RetryWindow]

  init(_ plan: RestorationPlan) {
    self.plan = plan
    policy = plan.policy
    slots = SlotPlan(policy)
    secret = KeyedHash(key: (0..<16).map { UInt8(truncatingIfNeeded: plan.seed >> ($0 % 8 * 8)) &+ $0 })
    let longest = Double(ReturningFleet.horizon) * SpeedControl.fastest + policy.window / .seconds(1)
    due = AttemptCalendar(slots: Int(longest * Self.ticks) + 2)
    let hold = Int(ReconnectPolicy.longestHold / .seconds(1))
    latest = AttemptCalendar(slots: ReturningFleet.horizon + hold + 2)
    released = [Bool](repeating: false, count: plan.gateways)
    windows = [RetryWindow](repeating: RetryWindow(), count: plan.gateways)
  }

  var speed: Double { clock.speed }

  mutating func run(at speed: Double, second: Int) { clock.run(at: speed, now: .seconds(second)) }

  /// Lets a second pass: adds those whose slot has come, or who have waited for as long as anybody may.
  mutating func pass(_ second: Int, _ fleet: ReturningFleet, into attempting: inout [UInt32]) {
    clock.advance(to: .seconds(second))
    let now = clock.elapsed / .seconds(1)
    for gateway in fleet.ready(in: second) {
      let slot = Slot(secret: secret, gateway: Self.name(gateway), epoch: policy.epoch)
      let offset = slots.seconds(of: plan.kind(of: gateway), at: slot.position)
      due.put(gateway, at: Int((now + offset) * Self.ticks))
      latest.put(gateway, at: second + Int((policy.latest(.seconds(offset)) / .seconds(1)).rounded(.up)))
    }
    while passed <= Int(now * Self.ticks) {
      for gateway in due.take(passed) { release(gateway, into: &attempting) }
      passed += 1
    }
    for gateway in latest.take(second) { release(gateway, into: &attempting) }
  }

  private mutating func release(_ gateway: UInt32, into attempting: inout [UInt32]) {
    guard !released[Int(gateway)] else { return }
    released[Int(gateway)] = true
    attempting.append(gateway)
  }

  private static func name(_ gateway: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: gateway >> ($0 * 8)) }
  }

  /// How long a gateway waits that was refused, in seconds: what the agent does after a hold.
  mutating func wait(of gateway: UInt32, _ numbers: inout SeededNumbers) -> Double {
    windows[Int(gateway)].next(
      first: policy.firstRetry, cap: ReconnectPolicy.longestRetry, draw: numbers.unit()) / .seconds(1)
  }
}
