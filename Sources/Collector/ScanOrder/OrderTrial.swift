import Restoration

/// What is tried: how large, how long, and with which looks elsewhere.
package struct OrderPlan: Hashable, Sendable {
  package var structure = SyntheticProvider.Structure.structured
  package var prefixes = 512
  package var rounds = 10
  /// How many providers are made up; each has a seed of its own.
  package var providers = 20
  /// The part of each cell's addresses that is probed before the first round, by everybody alike.
  package var survey = 0.05
  package var budget = 0.2
  package var exploration = 0.1
  package var seed: UInt64 = 7

  package init() {}

  package var mix: Exploration { Exploration(share: exploration, budget: budget) }
  package var cells: Int { prefixes * SyntheticProvider.ports.count }
  package var horizon: Int? { mix.horizon(of: cells) }
}

/// One order with one made-up provider, over all rounds.
struct OrderTrial {
  /// The part of services found after each hundredth of all probes, on average over rounds.
  private(set) var curve = [Double](repeating: 0, count: 101)
  /// The same with each port counting as much as another.
  private(set) var curveByPort = [Double](repeating: 0, count: 101)
  /// The part of probes after which 90 of 100 services are found, on average over rounds.
  private(set) var probesToMost = 0.0

  static let most = 0.9

  init(_ order: CellOrder, _ plan: OrderPlan, seed: UInt64) {
    var provider = SyntheticProvider(plan.structure, prefixes: plan.prefixes, seed: seed)
    // Other numbers than the provider's, so that all orders see the same provider.
    var random = SeededNumbers(seed: ~seed)
    let ports = SyntheticProvider.ports.count
    var history = CellHistory(
      prefixes: plan.prefixes, ports: ports, prefixesPerArea: SyntheticProvider.prefixesPerArea)
    let surveyed = Int((plan.survey * Double(SyntheticProvider.addressesPerPrefix)).rounded())
    let share = Double(surveyed) / Double(SyntheticProvider.addressesPerPrefix)
    for cell in 0..<provider.cells where surveyed > 0 {
      let found = (0..<provider.counts[cell]).count { _ in random.unit() < share }
      history.note(cell, probed: surveyed, found: found)
    }
    for round in 1...plan.rounds {
      provider.advance()
      history.age()
      let ranked = order.cells(history, truth: provider.counts, &random)
      let cells = order.explores ? plan.mix.mixed(ranked, history, &random) : ranked
      measure(cells, provider.counts, ports: ports, weight: 1 / Double(plan.rounds))
      for cell in cells.prefix(plan.mix.cells(of: cells.count).all) {
        history.note(
          cell, probed: SyntheticProvider.addressesPerPrefix, found: provider.counts[cell], round: round)
      }
    }
  }

  /// All of an order is measured, also what is behind the budget; nothing is learned from that.
  private mutating func measure(_ cells: [Int], _ counts: [Int], ports: Int, weight: Double) {
    var byPort = [Int](repeating: 0, count: ports)
    for (cell, count) in counts.enumerated() { byPort[cell % ports] += count }
    let (total, used) = (Double(max(1, counts.reduce(0, +))), Double(max(1, byPort.count { $0 > 0 })))
    var (found, foundByPort, grid, isMost) = (0.0, 0.0, 0, false)
    for (place, cell) in cells.enumerated() {
      let share = Double(place) / Double(cells.count)
      while Double(grid) / 100 <= share {
        curve[grid] += weight * found / total
        curveByPort[grid] += weight * foundByPort
        grid += 1
      }
      found += Double(counts[cell])
      let own = byPort[cell % ports]
      if own > 0 { foundByPort += Double(counts[cell]) / Double(own) / used }
      if !isMost, found >= Self.most * total {
        isMost = true
        probesToMost += weight * Double(place + 1) / Double(cells.count)
      }
    }
    while grid <= 100 {
      curve[grid] += weight * found / total
      curveByPort[grid] += weight * foundByPort
      grid += 1
    }
  }

  /// The area under the curve: half for an order that knows nothing.
  var area: Double { zip(curve, curve.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 200 } }
}
