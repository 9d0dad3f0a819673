import Glibc

/// Which prefixes have the same kinds of devices, by the ports that are open in them.
///
/// A mixture of a few classes, each with a rate for every port, learned by expectation and maximisation from numbers that
/// are taken for Poisson's (A. Dempster, N. Laird, D. Rubin, "Maximum Likelihood from Incomplete Data via the EM
/// Algorithm", 1977).
struct PrefixClasses {
  /// The services of an address in each cell, by the classes that its prefix is likely of.
  private(set) var rates: [Double] = []

  private static let classes = 8
  private static let steps = 12
  /// Addresses that a port's rate everywhere counts for in each class.
  private static let weight = 256.0

  private let history: CellHistory
  private let popularity: [Double]
  /// How likely each prefix is of each class.
  private var parts: [Double]
  private var shares: [Double]
  /// The rate of each port in each class.
  private var means: [Double]

  /// `popularity` is the rate of each port everywhere.
  init(_ history: CellHistory, popularity: [Double]) {
    self.history = history
    self.popularity = popularity
    parts = [Double](repeating: 0, count: history.prefixes * Self.classes)
    shares = [Double](repeating: 0, count: Self.classes)
    means = [Double](repeating: 0, count: Self.classes * history.ports)
    begin()
    for _ in 0..<Self.steps {
      maximise()
      expect()
    }
    rates = (0..<history.cells).map { cell in
      (0..<Self.classes).reduce(0) {
        $0 + parts[cell / history.ports * Self.classes + $1]
          * means[$1 * history.ports + cell % history.ports]
      }
    }
  }

  /// Deals the prefixes out by how much is found in them.
  private mutating func begin() {
    let totals = (0..<history.prefixes).map { prefix in
      (prefix * history.ports..<(prefix + 1) * history.ports).reduce(0.0) {
        $0 + (history.probed[$1] > 0 ? history.found[$1] / history.probed[$1] : 0)
      }
    }
    let order = totals.indices.sorted { (totals[$0], $0) < (totals[$1], $1) }
    for (place, prefix) in order.enumerated() {
      parts[prefix * Self.classes + place * Self.classes / history.prefixes] = 1
    }
  }

  /// The rates and shares of classes, given which prefixes are of them.
  private mutating func maximise() {
    for kind in 0..<Self.classes {
      shares[kind] = (0..<history.prefixes).reduce(1) { $0 + parts[$1 * Self.classes + kind] }
      for port in 0..<history.ports {
        var (found, probed) = (Self.weight * popularity[port], Self.weight)
        for prefix in 0..<history.prefixes {
          let (part, cell) = (parts[prefix * Self.classes + kind], prefix * history.ports + port)
          found += part * history.found[cell]
          probed += part * history.probed[cell]
        }
        means[kind * history.ports + port] = max(found / probed, 1e-9)
      }
    }
  }

  /// Which class each prefix is likely of, given their rates.
  private mutating func expect() {
    let logs = means.map { log($0) }
    for prefix in 0..<history.prefixes {
      var weights = shares.map { log($0) }
      for kind in 0..<Self.classes {
        for port in 0..<history.ports {
          let (cell, place) = (prefix * history.ports + port, kind * history.ports + port)
          weights[kind] += history.found[cell] * logs[place] - history.probed[cell] * means[place]
        }
      }
      let most = weights.max() ?? 0
      weights = weights.map { exp($0 - most) }
      let sum = weights.reduce(0, +)
      for kind in 0..<Self.classes { parts[prefix * Self.classes + kind] = weights[kind] / sum }
    }
  }
}
