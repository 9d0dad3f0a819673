package import Restoration

/// Ways to decide which cells are probed first.
package enum CellOrder: String, Hashable, Sendable, CaseIterable {
  /// By ``CellRanking``.
  case kadomori
  /// By what the last look at a cell has found; cells that were never looked at last.
  case lastScan = "last-scan"
  /// Full prefixes and popular ports first: the product of both (Klick and others, "Towards Better Internet Citizenship",
  /// IMC 2016, with ports beside).
  case density
  /// Popular ports first.
  case popularity
  case random
  /// By what is there: nobody can know that.
  case oracle

  /// Whether it learns, and therefore has to look elsewhere too.
  package var explores: Bool { self != .random && self != .oracle }

  /// All cells in this order; `truth` is what the oracle knows.
  package func cells(_ history: CellHistory, truth: [Int], _ random: inout SeededNumbers) -> [Int] {
    let ports = history.ports
    var scores: [Double]
    switch self {
    case .kadomori: scores = CellRanking(history).rates
    case .lastScan:
      scores = (0..<history.cells).map {
        history.probed[$0] > 0 ? history.found[$0] / history.probed[$0] : 0
      }
    case .density, .popularity:
      var (byPrefix, byPort) = (
        [Double](repeating: 0, count: history.prefixes), [Double](repeating: 0, count: ports)
      )
      var (probedPrefix, probedPort) = (byPrefix, byPort)
      for cell in 0..<history.cells {
        byPrefix[cell / ports] += history.found[cell]
        byPort[cell % ports] += history.found[cell]
        probedPrefix[cell / ports] += history.probed[cell]
        probedPort[cell % ports] += history.probed[cell]
      }
      func rate(_ found: Double, _ probed: Double) -> Double { probed > 0 ? found / probed : 0 }
      scores = (0..<history.cells).map { cell in
        let port = rate(byPort[cell % ports], probedPort[cell % ports])
        return self == .popularity
          ? port : port * rate(byPrefix[cell / ports], probedPrefix[cell / ports])
      }
    case .random: scores = [Double](repeating: 0, count: history.cells)
    case .oracle: scores = truth.map(Double.init)
    }
    // Equal ones in random order, so that no place in the list is better than another.
    let dice = scores.map { _ in random.next() }
    return scores.indices.sorted { (scores[$0], dice[$0]) > (scores[$1], dice[$1]) }
  }
}

/// Adds looks elsewhere to an order, so that every cell has its turn.
package struct Exploration: Sendable {
  /// The part of a round's probes that goes to whatever was not looked at for longest.
  package let share: Double
  /// The part of all cells that a round probes.
  package let budget: Double

  package init(share: Double, budget: Double) {
    self.share = share
    self.budget = budget
  }

  /// How many cells a round probes, and how many of these are looks elsewhere: at least one.
  package func cells(of total: Int) -> (all: Int, elsewhere: Int) {
    let all = max(1, Int((budget * Double(total)).rounded(.up)))
    return (all, share > 0 ? min(all, max(1, Int(share * Double(all)))) : 0)
  }

  /// Within so many rounds every cell is probed, wherever it ranks; `nil` without looks elsewhere.
  package func horizon(of total: Int) -> Int? {
    let elsewhere = cells(of: total).elsewhere
    return elsewhere > 0 ? (total + elsewhere - 1) / elsewhere : nil
  }

  /// The order of a round: as ranked, then the cells that were not probed for longest; behind its budget all others.
  package func mixed(_ ranked: [Int], _ history: CellHistory, _ random: inout SeededNumbers) -> [Int] {
    let (all, elsewhere) = cells(of: ranked.count)
    var order = Array(ranked.prefix(all - elsewhere))
    var isTaken = [Bool](repeating: false, count: ranked.count)
    for cell in order { isTaken[cell] = true }
    let dice = ranked.map { _ in random.next() }
    let stale = ranked.filter { !isTaken[$0] }.sorted {
      (history.lastRound[$0], dice[$0]) < (history.lastRound[$1], dice[$1])
    }
    for cell in stale.prefix(elsewhere) { isTaken[cell] = true }
    order += stale.prefix(elsewhere)
    order += ranked.dropFirst(all - elsewhere).filter { !isTaken[$0] }
    return order
  }
}
