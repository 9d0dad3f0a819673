import Restoration
import Testing

/// What is concluded from who is let in.
@Suite struct CapacityEstimateTests {
  private static func door(_ admitted: Int, of knocks: Int = 30) -> Door {
    var door = Door()
    for knock in 0..<knocks { door.note(isAdmitted: knock < admitted) }
    return door
  }

  private static func period(_ sessions: Int, door: Door = Self.door(30)) -> CapacityEstimate.Period {
    CapacityEstimate.Period(seconds: 30, sessions: sessions, door: door)
  }

  @Test func `as long as everybody is let in, what was told is believed`() {
    var estimate = CapacityEstimate(told: 100)
    for sessions in [0, 300, 3000, 2400, 10] {
      let load = estimate.note(Self.period(sessions))
      #expect(abs(load - Double(sessions) / 3000) < 1e-9)
      #expect(estimate.value == 100)
    }
  }

  @Test func `who is refused shows how much there is, and how many tried`() {
    var estimate = CapacityEstimate(told: 100)
    // Half of all are refused, and 50 a second let in.
    let load = estimate.note(Self.period(1500, door: Self.door(15)))
    #expect(estimate.value == 50)
    #expect(load == 2)
    // The next return begins with what the last one showed.
    estimate.begin()
    #expect(estimate.value == 50)
  }

  @Test func `what was let in is never doubted again, however dear refusing is`() {
    var estimate = CapacityEstimate(told: 100)
    _ = estimate.note(Self.period(1440))
    for _ in 0..<5 {
      let load = estimate.note(Self.period(60, door: Self.door(1)))
      #expect(load >= 0.8)
    }
    #expect(estimate.value == 48)
  }

  @Test func `a broker that is gone is not taken for a small one`() {
    var estimate = CapacityEstimate(told: 100)
    for _ in 0..<20 { _ = estimate.note(Self.period(0, door: Self.door(0))) }
    #expect(estimate.value == 25)
    // It is used again, and shows what it can.
    for _ in 0..<20 { _ = estimate.note(Self.period(Int(30 * 0.8 * estimate.value))) }
    #expect(estimate.value > 30 && estimate.value <= 100)
  }

  @Test func `after it was too many it rises with what is let in, and not far above it`() {
    var estimate = CapacityEstimate(told: 100)
    _ = estimate.note(Self.period(1500, door: Self.door(15)))
    for _ in 0..<50 { _ = estimate.note(Self.period(Int(30 * 0.8 * estimate.value))) }
    #expect(estimate.value <= 60)
  }

  @Test func `a few knocks prove nothing`() {
    var estimate = CapacityEstimate(told: 100)
    _ = estimate.note(Self.period(10, door: Self.door(0, of: 4)))
    #expect(estimate.value == 100)
  }

  /// Whatever is heard, it stays between a bound and what was told.
  @Test(arguments: 0..<200) func `it is always within its bounds`(_ seed: Int) {
    var numbers = SystemRandomNumberGenerator()
    let told: Double = [0.0, 0.5, 20, 1e7].randomElement(using: &numbers) ?? 1
    var estimate = CapacityEstimate(told: told)
    for _ in 0..<100 {
      if Int.random(in: 0..<20, using: &numbers) == 0 { estimate.begin() }
      let knocks = Int.random(in: 0...30, using: &numbers)
      let door = Self.door(Int.random(in: 0...30, using: &numbers), of: knocks)
      let load = estimate.note(
        CapacityEstimate.Period(
          seconds: Int.random(in: 0...60, using: &numbers),
          sessions: Int.random(in: -5...1_000_000, using: &numbers), door: door))
      #expect(load >= 0 && load.isFinite)
      #expect(estimate.value <= estimate.told && estimate.value >= 0.25 * estimate.told)
    }
  }
}
