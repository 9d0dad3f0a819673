import Stagger
import Testing

@Suite struct ReconnectionTests {
  static let policy = ReconnectPolicy(windowSeconds: 600)
  static let secret = KeyedHash(key: [UInt8](repeating: 3, count: 16))

  static func gateway(
    _ number: Int, _ policy: ReconnectPolicy = Self.policy, _ kind: GatewayClass = .normal
  ) -> Reconnection {
    Reconnection(
      policy: policy, slot: Slot(secret: secret, gateway: Array("gw-\(number)".utf8), epoch: 0), kind: kind)
  }

  static func bits(_ position: Double) -> Slot { Slot(bits: UInt64(position * 0x1p64)) }

  @Test func aRestartOfTheProgramConnectsAtOnce() {
    var gateway = Self.gateway(1)
    let plan = gateway.begin(powerLost: false, now: .seconds(900))
    #expect(plan.at == .seconds(900) && plan.reason == .none)
    #expect(gateway.found(now: .seconds(901)).at == .seconds(901))
  }

  @Test func afterAPowerLossItWaitsForItsSlot() {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.5))
    let plan = gateway.begin(powerLost: true, now: .seconds(40))
    #expect(plan.reason == .powerRestoration && plan.isHold)
    #expect(plan.at > .seconds(300) && plan.at < .seconds(380))
    var critical = Reconnection(policy: Self.policy, slot: Self.bits(0.99), kind: .critical)
    #expect(critical.begin(powerLost: true, now: .seconds(40)).at <= .seconds(70))
  }

  @Test func theOwnerNeedNotWait() {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.9))
    _ = gateway.begin(powerLost: true, now: .zero)
    gateway.release()
    #expect(gateway.found(now: .seconds(200)).at == .seconds(200))
  }

  @Test func aHoldIsContinuedAfterARestartOfTheProgram() {
    var first = Reconnection(policy: Self.policy, slot: Self.bits(0.9))
    let plan = first.begin(powerLost: true, now: .seconds(30))
    var second = Reconnection(policy: Self.policy, slot: Self.bits(0.9), failures: first.kept.failures)
    let continued = second.begin(powerLost: false, holdBegan: first.kept.holdBegan, now: .seconds(100))
    #expect(continued.at - plan.at < .milliseconds(1) && plan.at - continued.at < .milliseconds(1))
  }

  /// One minute without a session: the way is back for all others as well.
  @Test func aReturnOfTheWanIsSpreadToo() {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.5))
    gateway.connected()
    _ = gateway.failed(.unreachable, lasted: .seconds(4000), now: .seconds(5000), draw: 0.5)
    #expect(!gateway.found(now: .seconds(5059)).isHold)
    _ = gateway.failed(.nowhere, lasted: nil, now: .seconds(5059), draw: 0.5)
    let plan = gateway.found(now: .seconds(5061))
    #expect(plan.reason == .wanReturn && plan.at > .seconds(5300))
    // Not a thing to write down for every line that comes and goes.
    #expect(gateway.kept.holdBegan == nil)
    // Held once, not twice.
    gateway.release()
    #expect(!gateway.found(now: plan.at).isHold)
    // Away again meanwhile: that is another return.
    _ = gateway.failed(.nowhere, lasted: nil, now: plan.at, draw: 0.5)
    #expect(gateway.found(now: plan.at + .seconds(10)).isHold)
  }

  /// Its wait was drawn over the window already.
  @Test(arguments: [ConnectFailure.busy, .tls, .credentials])
  func whoWasRefusedIsNotHeldOnTopOfThat(_ failure: ConnectFailure) {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.9))
    _ = gateway.begin(powerLost: false, now: .zero)
    let plan = gateway.failed(failure, lasted: nil, now: .seconds(100), draw: 1)
    #expect(!gateway.found(now: plan.at).isHold)
  }

  @Test func aFasterClockShortensTheWaitAndASlowerOneLengthensIt() throws {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.5))
    let plan = gateway.begin(powerLost: true, now: .zero)
    let sped = gateway.run(at: 10, now: .seconds(100))
    let faster = try #require(sped)
    #expect(faster.at < .seconds(125) && faster.at > .seconds(115))
    let slowed = gateway.run(at: 0.001, now: .seconds(101))
    let slower = try #require(slowed)
    #expect(slower.at > plan.at && slower.at <= ReconnectPolicy.longestHold)
  }

  /// What each answer costs, when nobody else was affected, and after a hold.
  @Test(arguments: [
    (ConnectFailure.nowhere, Reconnection.Reason.retry, 2, 2), (.unreachable, .retry, 2, 601),
    (.busy, .busy, 601, 601), (.tls, .tls, 11, 601), (.credentials, .credentials, 11, 601),
  ])
  func everyAnswerHasItsWait(
    _ failure: ConnectFailure, _ reason: Reconnection.Reason, _ alone: Int, _ afterHold: Int
  ) {
    var plain = Self.gateway(1)
    _ = plain.begin(powerLost: false, now: .zero)
    let plan = plain.failed(failure, lasted: nil, now: .zero, draw: 1)
    #expect(plan.reason == reason && plan.at == .seconds(alone))
    var held = Self.gateway(1)
    _ = held.begin(powerLost: true, now: .zero)
    held.release()
    #expect(held.failed(failure, lasted: nil, now: .zero, draw: 1).at == .seconds(afterHold))
  }

  @Test func windowsDoubleToAnHourAndOnlyAStableSessionResetsThem() {
    var gateway = Self.gateway(1)
    func wait(_ failure: ConnectFailure, _ lasted: Duration? = nil) -> Duration {
      gateway.failed(failure, lasted: lasted, now: .zero, draw: 1).at - RetryWindow.least
    }
    #expect(
      [1, 2, 3, 4, 5, 6].map { _ in wait(.busy) } == [600, 1200, 2400, 3600, 3600, 3600].map { .seconds($0) })
    gateway.connected()
    #expect(wait(.busy, .seconds(299)) == .seconds(3600))
    #expect(wait(.busy, .seconds(300)) == .seconds(600))
    for _ in 0..<20 { _ = wait(.credentials) }
    #expect(wait(.credentials) == Reconnection.longestRefusal)
  }

  @Test func whatWasLearntSurvivesARestart() {
    var gateway = Self.gateway(1)
    for _ in 0..<3 { _ = gateway.failed(.busy, lasted: nil, now: .zero, draw: 1) }
    var next = Reconnection(policy: Self.policy, slot: Self.bits(0), failures: gateway.kept.failures)
    #expect(next.failed(.busy, lasted: nil, now: .zero, draw: 1).at == .seconds(3601))
    // A session that has lasted is told at once, not only when it ends.
    next.connected()
    next.settled()
    #expect(next.kept.failures == 0)
    // A file that lies does no harm.
    for failures in [Int.min, -1, 300, Int.max] {
      var odd = Reconnection(policy: Self.policy, slot: Self.bits(0), failures: failures)
      #expect(odd.failed(.busy, lasted: nil, now: .zero, draw: 1).at <= .seconds(3601))
    }
  }

  /// Planned for a hundred thousand while the gateway kept the window for a million: ten times as fast, and nobody is
  /// released at once.
  @Test func anotherWindowChangesThePaceAndNotTheSlot() throws {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.5))
    let due = gateway.begin(powerLost: true, now: .zero).at
    let other = ReconnectPolicy(windowSeconds: 60, speed: 1)
    let paced = gateway.follow(other, now: .seconds(100))
    let plan = try #require(paced)
    let left = (due - .seconds(100)) / 10
    #expect(abs((plan.at - .seconds(100) - left) / .seconds(1)) < 0.001)
    // Nobody publishes any more: what is left passes as at first.
    let unpaced = gateway.follow(nil, now: .seconds(110))
    let again = try #require(unpaced)
    #expect(abs((again.at - (due - .seconds(90))) / .seconds(1)) < 0.001)
  }

  @Test func aNewPolicyIsForTheNextHold() {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.5))
    let due = gateway.begin(powerLost: true, now: .zero).at
    gateway.adopt(ReconnectPolicy(windowSeconds: 1800), slot: Self.bits(0.9), kind: .low)
    #expect(gateway.found(now: .seconds(1)).at == due)
    gateway.connected()
    gateway.adopt(ReconnectPolicy(windowSeconds: 1800), slot: Self.bits(0.9), kind: .low)
    _ = gateway.failed(.nowhere, lasted: .seconds(4000), now: .seconds(5000), draw: 0.5)
    let next = gateway.found(now: .seconds(5100))
    #expect(next.isHold && next.at > .seconds(5100 + 1600) && next.at <= .seconds(5100 + 1800))
    let absurd = gateway.follow(ReconnectPolicy(windowSeconds: 0, speed: 1e9), now: .seconds(5100))
    #expect(absurd.map { $0.at >= .seconds(5100) && $0.at <= .seconds(6900) } == true)
  }

  @Test func whoComesWithManyTellsItsNewsOverTheWindow() {
    var gateway = Reconnection(policy: Self.policy, slot: Self.bits(0.5))
    #expect(gateway.begin(powerLost: false, now: .zero).reason == .none && gateway.spread == .zero)
    _ = gateway.begin(powerLost: true, now: .zero)
    gateway.release()
    gateway.connected()
    #expect(gateway.spread == .seconds(600))
    gateway.settled()
    #expect(gateway.spread == .zero)
  }
}
