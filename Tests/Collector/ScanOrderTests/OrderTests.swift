import Restoration
import ScanOrder
import Testing

@Suite struct OrderTests {
  private static func plan(_ structure: SyntheticProvider.Structure) -> OrderPlan {
    var plan = OrderPlan()
    (plan.structure, plan.prefixes, plan.providers, plan.rounds) = (structure, 96, 4, 2)
    return plan
  }

  private static func outcome(_ order: CellOrder, _ all: [OrderOutcome]) throws -> OrderOutcome {
    try #require(all.first { $0.order == order })
  }

  /// Where there is structure, it is seen: earlier than by anything simpler, and not far behind who knows all.
  @Test func structureIsSeen() throws {
    let all = OrderComparison.compare(Self.plan(.structured))
    let own = try Self.outcome(.kadomori, all)
    for other in [CellOrder.lastScan, .density, .popularity, .random] {
      let outcome = try Self.outcome(other, all)
      #expect(own.probesToMost.mean < outcome.probesToMost.mean, "\(other): \(outcome.probesToMost)")
      #expect(own.gain.mean > outcome.gain.high, "\(other): \(outcome.gain)")
    }
    // The area that is lost against who knows all is a tenth of what is gained.
    let oracle = try Self.outcome(.oracle, all)
    #expect(oracle.gain.mean - own.gain.mean < 0.05, "\(own.gain) of \(oracle.gain)")
    // No order can be better than the one that knows.
    #expect(oracle.gain.mean > own.gain.mean)
  }

  /// Where there is none, nothing is gained, and the interval says so; who claims otherwise has looked at the answer.
  @Test func withoutStructureNothingIsGained() throws {
    var plan = Self.plan(.none)
    (plan.prefixes, plan.providers) = (48, 8)
    let all = OrderComparison.compare(plan)
    for order in CellOrder.allCases where order != .oracle && order != .random {
      let gain = try Self.outcome(order, all).gain
      #expect(gain.low <= 0.004 && gain.high >= -0.004 && abs(gain.mean) < 0.01, "\(order): \(gain)")
    }
    // The same test sees an order that has looked.
    #expect(try Self.outcome(.oracle, all).gain.low > 0.05)
  }

  /// Whatever ranks where, within the horizon every cell is probed; and a round is no larger than allowed.
  @Test(arguments: [(0.2, 0.1), (0.05, 0.3), (1, 0.01), (0.013, 0.01)])
  func everyCellHasItsTurn(_ budget: Double, _ share: Double) throws {
    let mix = Exploration(share: share, budget: budget)
    var history = CellHistory(prefixes: 30, ports: 7, prefixesPerArea: 4)
    let horizon = try #require(mix.horizon(of: history.cells))
    var random = SeededNumbers(seed: 3)
    // The worst ranking: always the same cells first.
    let ranked = Array(0..<history.cells)
    var last = [Int](repeating: 0, count: history.cells)
    for round in 1...3 * horizon {
      let order = mix.mixed(ranked, history, &random)
      #expect(Set(order).count == history.cells)
      for cell in order.prefix(mix.cells(of: history.cells).all) {
        history.note(cell, probed: 256, found: 0, round: round)
        last[cell] = round
      }
      guard round >= horizon else { continue }
      #expect(last.allSatisfy { round - $0 < horizon }, "round \(round) of \(horizon)")
    }
  }

  /// What was seen of a cell itself outweighs what its neighbours have shown; and nothing known is no reason to trap.
  @Test func whatIsKnownOfACellCountsMost() {
    var history = CellHistory(prefixes: 16, ports: 2, prefixesPerArea: 16)
    #expect(CellRanking(history).rates.allSatisfy { $0 == 0 })
    for prefix in 0..<15 {
      history.note(prefix * 2, probed: 256, found: prefix == 3 ? 0 : 100, round: 1)
      history.note(prefix * 2 + 1, probed: 256, found: 3, round: 1)
    }
    let rates = CellRanking(history).rates
    // The unknown prefix is believed to be like its neighbours, the empty one is known not to be.
    #expect(rates[15 * 2] > 0.2 && rates[3 * 2] < 0.1)
    #expect(rates[15 * 2 + 1] < rates[15 * 2])
  }
}
