/// How many services each cell is believed to have, from what was found in it and around it.
///
/// A cell of which little is known borrows: from prefixes of the same class (``PrefixClasses``), corrected by how the port
/// does in its area, prefixes that were given out together, and by how full the prefix itself is. What the cell itself has
/// shown outweighs that the more of it was seen (an estimate by shrinkage; C. Morris, "Parametric Empirical Bayes
/// Inference", 1983). Cells are ranked between rounds; no host's next port is chosen from its earlier ones.
package struct CellRanking: Sendable {
  /// Addresses that the word of others counts for.
  ///
  /// This and the next were chosen with other made-up providers than those that are reported; a factor of two in either
  /// changes little.
  private static let others = 32.0
  /// Services that have to be found before a correction counts for more than its absence.
  private static let doubt = 2.0
  /// Addresses that what is found everywhere counts for in the popularity of a port.
  private static let everybody = 256.0

  /// The services of each cell for each address.
  package let rates: [Double]

  package init(_ history: CellHistory) {
    let (ports, areaSize) = (history.ports, history.prefixesPerArea)
    var byPort = [Tally](repeating: Tally(), count: ports)
    var all = Tally()
    for cell in 0..<history.cells {
      let tally = Tally(probed: history.probed[cell], found: history.found[cell])
      byPort[cell % ports].add(tally)
      all.add(tally)
    }
    guard all.found > 0 else {
      rates = [Double](repeating: 0, count: history.cells)
      return
    }
    let overall = all.rate(borrowing: 0, counting: 1)
    let popularity = byPort.map { $0.rate(borrowing: overall, counting: Self.everybody) }
    let classes = PrefixClasses(history, popularity: popularity).rates
    // What was found, and what the classes would have had one expect of as many probes.
    var byArea = [Excess](repeating: Excess(), count: (history.prefixes / areaSize + 1) * ports)
    var byPrefix = [Excess](repeating: Excess(), count: history.prefixes)
    func area(_ cell: Int) -> Int { cell / ports / areaSize * ports + cell % ports }
    for cell in 0..<history.cells {
      let (found, expected) = (history.found[cell], classes[cell] * history.probed[cell])
      byArea[area(cell)].add(found, expected)
      byPrefix[cell / ports].add(found, expected)
    }
    rates = (0..<history.cells).map { cell in
      let expected =
        classes[cell] * byArea[area(cell)].factor(Self.doubt) * byPrefix[cell / ports].factor(Self.doubt)
      return Tally(probed: history.probed[cell], found: history.found[cell])
        .rate(borrowing: expected, counting: Self.others)
    }
  }

  private struct Tally {
    var probed = 0.0
    var found = 0.0

    mutating func add(_ other: Tally) {
      probed += other.probed
      found += other.found
    }

    func rate(borrowing rate: Double, counting addresses: Double) -> Double {
      (found + addresses * rate) / (probed + addresses)
    }
  }

  private struct Excess {
    var found = 0.0
    var expected = 0.0

    mutating func add(_ found: Double, _ expected: Double) {
      self.found += found
      self.expected += expected
    }

    func factor(_ doubt: Double) -> Double { (found + doubt) / (expected + doubt) }
  }
}
