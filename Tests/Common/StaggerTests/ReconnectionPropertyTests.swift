import Stagger
import Testing

/// What has to hold whatever comes.
@Suite struct ReconnectionPropertyTests {
  /// A generator whose numbers can be had again.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private static func anyPolicy(_ numbers: inout Numbers) -> ReconnectPolicy {
    ReconnectPolicy(
      windowSeconds: [0, -1, 1, 60, 600, 1800, 3.2e7, .nan].randomElement(using: &numbers) ?? 0,
      criticalShare: .random(in: -1...2, using: &numbers), lowShare: .random(in: -1...2, using: &numbers),
      speed: [0, -1, 0.1, 1, 5, 1e9, .infinity].randomElement(using: &numbers) ?? 1)
  }

  /// Speeds come and go, power is lost twice within a minute, the program restarts, the clock leaps: the first attempt
  /// is never more than 30 minutes after the last start.
  @Test(arguments: 0..<200)
  func theFirstAttemptIsNeverMoreThanHalfAnHourAway(_ seed: UInt64) {
    var numbers = Numbers(state: seed)
    let policy = Self.anyPolicy(&numbers)
    let kind = GatewayClass.allCases.randomElement(using: &numbers) ?? .normal
    let slot = Slot(bits: numbers.next())
    var gateway = Reconnection(policy: policy, slot: slot, kind: kind)
    var now = Duration.seconds(.random(in: 0...60, using: &numbers))
    var plan = gateway.begin(powerLost: true, now: now)
    if seed % 3 == 0 {
      // A second cut: another boot, and a clock that begins again.
      now = .seconds(5)
      gateway = Reconnection(policy: policy, slot: slot, kind: kind, failures: gateway.kept.failures)
      plan = gateway.begin(powerLost: true, holdBegan: seed % 2 == 0 ? .seconds(50) : nil, now: now)
    }
    let began = now
    var steps = 0
    while plan.at > now {
      steps += 1
      #expect(plan.at - now <= ReconnectPolicy.longestHold)
      now = min(plan.at, now + .seconds(.random(in: 1...120, using: &numbers)))
      if Bool.random(using: &numbers) {
        let speed = [0.0, -3, 0.001, 0.5, 1, 2, 1e12, .nan].randomElement(using: &numbers) ?? 1
        if let changed = gateway.run(at: speed, now: now) { plan = changed }
      }
      if steps > 3000 { break }
    }
    #expect(now - began <= ReconnectPolicy.longestHold)
  }

  /// However slowly the operator lets the clock run, and for however long: half an hour is enough for all, and so nobody
  /// has to wait for its end and go with everybody else.
  @Test(arguments: [60.0, 600, 1800], [0, 0.125, 0.5])
  func aClockThatIsTooSlowLetsNobodyGoWithAllTheOthers(_ window: Double, _ speed: Double) throws {
    let count = 3600
    let policy = ReconnectPolicy(windowSeconds: window)
    var seconds: [Duration: Int] = [:]
    for number in 0..<count {
      let slot = Slot(bits: UInt64.max / UInt64(count) * UInt64(number))
      var gateway = Reconnection(policy: policy, slot: slot, kind: number % 100 == 0 ? .critical : .normal)
      _ = gateway.begin(powerLost: true, now: .zero)
      let slowed = gateway.run(at: speed, now: .seconds(1))
      let plan = try #require(slowed)
      seconds[.seconds(plan.at.components.seconds), default: 0] += 1
    }
    // At most what the window lays into a second, and more is never asked for.
    let most = Double(count) / window
    #expect(Double(seconds.values.max() ?? 0) <= 1.5 * most + 2, "\(seconds.values.max() ?? 0)")
    #expect(seconds.keys.max() ?? .zero <= ReconnectPolicy.longestHold)
  }

  private static let years = Duration.seconds(50 * 365 * 86_400)

  /// It knows one clock only, and that may be wrong as well.
  @Test(arguments: [Self.years, .zero - Self.years, .zero - .seconds(1), .seconds(1)])
  func aClockThatLeapsHarmsNobody(_ leap: Duration) throws {
    var gateway = Reconnection(policy: ReconnectPolicy(), slot: Slot(bits: .max / 2))
    _ = gateway.begin(powerLost: true, now: .seconds(100))
    let after = Duration.seconds(110) + leap
    let changed = gateway.run(at: 1, now: after)
    let plan = try #require(changed)
    #expect(plan.at >= after && plan.at - after <= ReconnectPolicy.longestHold)
    let again = gateway.found(now: after + .seconds(1800))
    #expect(again.at - after <= ReconnectPolicy.longestHold)
  }

  /// 20,000 gateways lose power twice within a minute, while the operator changes the speed every 30 s.
  @Test func neverAStampede() {
    let (count, window) = (20_000, 600.0)
    let policy = ReconnectPolicy(windowSeconds: window)
    let speeds = [1.0, 1, 2, 4, 0.5, 8, 1, 0.25, 2, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    var rates = [Int](repeating: 0, count: 1900)
    for number in 0..<count {
      let kind: GatewayClass = number % 100 == 0 ? .critical : .normal
      var gateway = ReconnectionTests.gateway(number, policy, kind)
      _ = gateway.begin(powerLost: true, now: .seconds(20))
      gateway = ReconnectionTests.gateway(number, policy, kind)
      var plan = gateway.begin(powerLost: true, now: .seconds(20))
      for (index, speed) in speeds.enumerated() {
        let now = Duration.seconds(20 + 30 * index)
        if plan.at <= now { break }
        plan = gateway.run(at: speed, now: now) ?? plan
      }
      rates[Int(plan.at / .seconds(1))] += 1
    }
    #expect(rates.reduce(0, +) == count)
    for (second, rate) in rates.enumerated() where rate > 0 {
      let index = max(0, second - 20) / 30
      // A second in which the speed changes has something of both.
      let speed = max(speeds[min(index, speeds.count - 1)], speeds[min(max(0, index - 1), speeds.count - 1)])
      let most = speed * Double(count) / window
      #expect(Double(rate) <= most + 6 * most.squareRoot() + 3, "second \(second)")
    }
  }

  /// A line that comes for five seconds and goes for five: attempts become rare, and none is a busy loop.
  @Test(arguments: ConnectFailure.allCases) func flappingIsAnsweredWithPatience(_ failure: ConnectFailure) {
    var numbers = Numbers(state: 5)
    var gateway = ReconnectionTests.gateway(4)
    var now = Duration.seconds(60)
    _ = gateway.begin(powerLost: false, now: now)
    var attempts = 0
    while now < .seconds(4 * 3600) {
      attempts += 1
      let found = gateway.found(now: now)
      if found.at > now {
        #expect(found.at - now <= ReconnectPolicy.longestHold)
        now = found.at
        gateway.release()
      }
      gateway.connected()
      now += .seconds(5)
      let plan = gateway.failed(
        failure, lasted: .seconds(5), now: now, draw: .random(in: 0...1, using: &numbers))
      #expect(plan.at - now >= .milliseconds(100))
      #expect(plan.at - now <= Reconnection.longestRefusal + RetryWindow.least)
      now = plan.at
    }
    #expect(attempts < 200)
  }

  /// Every draw at its least: still no busy loop.
  @Test func theLeastWaitIsAWait() {
    for failure in ConnectFailure.allCases {
      var gateway = ReconnectionTests.gateway(1)
      for _ in 0..<100 {
        #expect(gateway.failed(failure, lasted: nil, now: .zero, draw: 0).at >= .milliseconds(100))
      }
    }
  }
}
