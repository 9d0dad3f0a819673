import Testing

@testable import WideScan

private func round(_ found: Int, _ canaries: Int, _ answered: Int) -> MissEstimate.Round {
  MissEstimate.Round(found: found, canaries: canaries, canariesAnswered: answered)
}

@Suite struct MissEstimateTests {
  /// In how many of 200 scans the interval holds the part that was missed in that very scan.
  private static func held(up: Int, losses: [Double], canaries: Int, seed: UInt64) -> Int {
    var random = Seeded(seed)
    var held = 0
    for _ in 0..<200 {
      var (left, rounds): (Int, [MissEstimate.Round]) = (up, [])
      for loss in losses {
        func answers(_ asked: Int) -> Int {
          (0..<asked).filter { _ in Double.random(in: 0..<1, using: &random) >= loss }.count
        }
        let found = answers(left)
        left -= found
        // Only who has answered can be a canary.
        let asked = left == up ? 0 : canaries
        rounds.append(
          MissEstimate.Round(found: found, canaries: asked, canariesAnswered: answers(asked)))
      }
      let estimate = MissEstimate(rounds)
      let truth = Double(left) / Double(up)
      if estimate.low <= truth, truth <= estimate.high { held += 1 }
    }
    return held
  }

  @Test(
    arguments: [[0.0, 0], [0.01, 0.01], [0.05, 0.05], [0.2, 0.2], [0.5, 0.02], [0.02, 0.5], [0.3]],
    [(up: 300, canaries: 100), (20, 10)])
  func theIntervalHoldsTheTruth(_ losses: [Double], _ scan: (up: Int, canaries: Int)) {
    let held = Self.held(up: scan.up, losses: losses, canaries: scan.canaries, seed: 7)
    #expect(held >= 180, "\(held) of 200 at \(losses) with \(scan)")
  }

  /// Three rounds with the same loss, as the numbers 1 %, 5 % and 20 % are claimed for.
  @Test(arguments: [0.01, 0.05, 0.2]) func alsoAfterThreeRounds(_ loss: Double) {
    let held = Self.held(up: 500, losses: [loss, loss, loss], canaries: 60, seed: 8)
    #expect(held >= 180, "\(held) of 200 at \(loss)")
  }

  /// It is no excuse: with a few hundred answers it says something.
  @Test func theIntervalIsNarrow() {
    let none = MissEstimate([round(400, 100, 100), round(0, 100, 100)])
    #expect(none.low == 0 && none.high < 0.003, "\(none)")
    let some = MissEstimate([round(320, 100, 80), round(64, 100, 80)])
    #expect(some.low > 0.01 && some.high < 0.09 && abs(some.loss - 0.2) < 0.05, "\(some)")
    let large = MissEstimate([round(80_000, 20_000, 16_000)])
    #expect(abs(large.middle - 0.2) < 0.01 && large.high - large.low < 0.02, "\(large)")
  }

  @Test func withoutAnswersNothingIsKnown() {
    for none in 0...2 {
      #expect(MissEstimate([MissEstimate.Round](repeating: round(0, 0, 0), count: none)) == .unknown)
    }
  }
}

@Suite struct HitRateWatchTests {
  private static func poisson(_ mean: Double, _ random: inout Seeded) -> Int {
    // By counting exponential times (Knuth, The Art of Computer Programming, volume 2, 3.4.1).
    var (count, product) = (-1, 1.0)
    let end = _exp(-mean)
    repeat {
      product *= Double.random(in: 0..<1, using: &random)
      count += 1
    } while product > end
    return count
  }

  private static func _exp(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for n in 1..<200 {
      term *= x / Double(n)
      sum += term
    }
    return sum
  }

  @Test func fewFalseAlarms() {
    var alarms = 0
    for seed in 0..<20 as Range<UInt64> {
      var random = Seeded(seed)
      var watch = HitRateWatch()
      for _ in 0..<500 { if watch.add(probes: 1000, answers: Self.poisson(20, &random)) { alarms += 1 } }
    }
    // 10,000 stretches; one false alarm in a thousand is claimed, and a baseline that is itself a guess costs some.
    #expect(alarms <= 20, "\(alarms)")
  }

  @Test func aFifthLessIsNoticed() {
    for seed in 0..<20 as Range<UInt64> {
      var random = Seeded(seed)
      var watch = HitRateWatch()
      for _ in 0..<100 { _ = watch.add(probes: 1000, answers: Self.poisson(20, &random)) }
      let after = (0..<100).first { _ in watch.add(probes: 1000, answers: Self.poisson(16, &random)) }
      #expect(after != nil, "seed \(seed)")
    }
  }
}
