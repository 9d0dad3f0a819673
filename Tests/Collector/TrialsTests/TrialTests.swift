import Testing

@testable import Trials

/// Numbers that are the same in every run (Marsaglia's xorshift64*).
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }
}

func trial(_ arms: Int = 1, holdOut: Double = 0.3, key: UInt8 = 1) throws -> Trial {
  try #require(
    Trial(
      arms: (1...arms).map { Trial.Arm("arm-\($0)") }, holdOut: holdOut,
      key: [UInt8](repeating: key, count: 16)))
}

@Suite struct AssignmentTests {
  @Test func `is drawn by weight, and for good`() throws {
    let trial = try #require(
      Trial(arms: [.init("a", weight: 1), .init("b", weight: 3)], holdOut: 0.2, key: Array(0..<16)))
    var counts: [Trial.Assignment: Int] = [:]
    for number in 0..<20_000 {
      let assignment = trial.assign("gw-\(number)")
      counts[assignment, default: 0] += 1
      #expect(trial.assign("gw-\(number)") == assignment)
    }
    // Five standard deviations around 4,000, 4,000 and 12,000.
    #expect(abs((counts[.holdOut] ?? 0) - 4000) < 285)
    #expect(abs((counts[.arm("a")] ?? 0) - 4000) < 285)
    #expect(abs((counts[.arm("b")] ?? 0) - 12_000) < 347)
  }

  @Test func `another key draws anew, and what is urgent waits for nobody`() throws {
    let (one, two) = (try trial(key: 1), try trial(key: 2))
    let names = (0..<1000).map { "gw-\($0)" }
    let same = names.count { one.assign($0) == two.assign($0) }
    // 0.3² + 0.7² of them by chance.
    #expect(abs(same - 580) < 80)
    #expect(names.allSatisfy { one.assign($0, isUrgent: true) == .outside })
  }

  @Test func `a trial without comparison is none`() {
    let key = [UInt8](repeating: 1, count: 16)
    #expect(Trial(arms: [.init("a")], holdOut: 0, key: key) == nil)
    #expect(Trial(arms: [.init("a")], holdOut: 1, key: key) == nil)
    #expect(Trial(arms: [], holdOut: 0.5, key: key) == nil)
    #expect(Trial(arms: [.init("a"), .init("a")], holdOut: 0.5, key: key) == nil)
    #expect(Trial(arms: [.init("a", weight: -1)], holdOut: 0.5, key: key) == nil)
    #expect(Trial(arms: [.init("a")], holdOut: 0.5, key: [1]) == nil)
  }
}

@Suite struct ProportionTests {
  /// Newcombe 1998, table II, example (a), 56/70 and 48/80, and (f), 10/10 and 0/20, method 10.
  @Test func `agrees with published examples`() {
    let a = Proportion.difference(Proportion(56, of: 70), Proportion(48, of: 80))
    #expect(abs(a.lowerBound - 0.0524) < 5e-5 && abs(a.upperBound - 0.3339) < 5e-5)
    let f = Proportion.difference(Proportion(10, of: 10), Proportion(0, of: 20))
    #expect(abs(f.lowerBound - 0.6791) < 5e-5 && f.upperBound == 1)
    let wilson = Proportion(15, of: 148).interval()
    #expect(abs(wilson.lowerBound - 0.0624) < 5e-5 && abs(wilson.upperBound - 0.1605) < 5e-5)
    #expect(Proportion(0, of: 0).interval() == 0...1)
    #expect(abs(Proportion.normalQuantile(0.975) - 1.959_964) < 1e-6)
  }
}

@Suite struct CoverageTests {
  /// One fleet of 1,000 subscribers of whom some heal by themselves, and more where they were told.
  private func run(_ seed: UInt64, natural: Double, effect: Double, arms: Int = 1) throws -> TrialResult {
    let trial = try trial(arms, holdOut: 0.4, key: UInt8(truncatingIfNeeded: seed))
    var random = Seeded(seed)
    let outcomes = (0..<1000).map { number in
      let assignment = trial.assign("gw-\(seed)-\(number)")
      let chance = assignment == .holdOut ? natural : natural + effect
      return TrialResult.Outcome(assignment, isClosed: Double.random(in: 0..<1, using: &random) < chance)
    }
    return TrialResult(trial, outcomes)
  }

  @Test func `the interval covers the truth in 93 to 97 of a hundred fleets`() throws {
    var covered = 0
    var naturalCovered = 0
    for seed in 1...1000 as ClosedRange<UInt64> {
      let result = try run(seed, natural: 0.65, effect: 0.2)
      let effect = try #require(result.effects.first)
      if effect.low <= 0.2, effect.high >= 0.2 { covered += 1 }
      if result.natural.interval().contains(0.65) { naturalCovered += 1 }
      #expect(result.natural.total + effect.closed.total == 1000)
    }
    print("effect 0.2 covered in \(covered) of 1000, natural 0.65 in \(naturalCovered)")
    #expect((930...970).contains(covered), "\(covered)")
    #expect((930...970).contains(naturalCovered), "\(naturalCovered)")
  }

  @Test func `no effect is called one in 3 to 7 of a hundred fleets`() throws {
    var called = 0
    for seed in 2001...3000 as ClosedRange<UInt64> {
      if try run(seed, natural: 0.65, effect: 0).effects.first?.isShown == true { called += 1 }
    }
    print("no effect called one in \(called) of 1000")
    #expect((30...70).contains(called), "\(called)")
  }

  /// Of three arms that do nothing, any is called an effect as seldom as one would be.
  @Test func `several arms do not make an effect likelier`() throws {
    var called = 0
    for seed in 4001...5000 as ClosedRange<UInt64> {
      if try run(seed, natural: 0.65, effect: 0, arms: 3).effects.contains(where: \.isShown) { called += 1 }
    }
    print("no effect of three arms called one in \(called) of 1000")
    #expect(called <= 70, "\(called)")
  }

  @Test func `who could not be looked at again counts as open, and is told`() throws {
    let trial = try trial()
    let outcomes: [TrialResult.Outcome] = [
      .init(.arm("arm-1"), isClosed: true), .init(.arm("arm-1"), isClosed: nil),
      .init(.holdOut, isClosed: nil),
      .init(.holdOut, isClosed: false), .init(.outside, isClosed: true),
    ]
    let result = TrialResult(trial, outcomes)
    #expect(result.natural == Proportion(0, of: 2) && result.naturalUnseen == 1)
    #expect(result.effects[0].closed == Proportion(1, of: 2) && result.effects[0].unseen == 1)
    #expect(result.effects[0].difference == 0.5 && !result.effects[0].isShown)
  }
}
