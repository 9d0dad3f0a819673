/// What was found before in each cell, a prefix times a port; older rounds count for less.
package struct CellHistory: Sendable {
  package let prefixes: Int
  package let ports: Int
  /// Prefixes in a row that are taken for neighbours: they were given out together.
  package let prefixesPerArea: Int
  /// Addresses that were probed, and services that were found, prefix by prefix.
  package private(set) var probed: [Double]
  package private(set) var found: [Double]
  /// The round in which all of a cell was probed last; 0 for never.
  package private(set) var lastRound: [Int]

  /// The weight of what was learned, one round later: with a tenth of all services gone each round, half of it is stale
  /// after six.
  private static let memory = 0.9

  package init(prefixes: Int, ports: Int, prefixesPerArea: Int) {
    self.prefixes = prefixes
    self.ports = ports
    self.prefixesPerArea = prefixesPerArea
    probed = [Double](repeating: 0, count: prefixes * ports)
    found = probed
    lastRound = [Int](repeating: 0, count: prefixes * ports)
  }

  package var cells: Int { probed.count }

  /// Begins a round: what is known grows old.
  package mutating func age() {
    for cell in probed.indices {
      probed[cell] *= Self.memory
      found[cell] *= Self.memory
    }
  }

  /// Takes what a part of a cell has brought.
  package mutating func note(_ cell: Int, probed count: Int, found services: Int) {
    probed[cell] += Double(count)
    found[cell] += Double(services)
  }

  /// Takes what a whole cell has brought.
  package mutating func note(_ cell: Int, probed count: Int, found services: Int, round: Int) {
    // It is known now, whatever it was.
    (probed[cell], found[cell]) = (Double(count), Double(services))
    lastRound[cell] = round
  }
}
