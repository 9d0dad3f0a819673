/// Turns a ``Fit`` into how often such a thing is right: logistic regression with known signs.
///
/// Odds for the known type can only raise the confidence and strangeness only lower it, so that what no
/// training capture looked like cannot gain by being strange.
struct Calibration: Hashable, Sendable {
  var weights: [Double]
  var offset: Double

  /// Nothing unasked is ever certain.
  static let ceiling = 0.99

  func confidence(_ fit: Fit) -> Double {
    let sum = zip(weights, fit.values).reduce(offset) { $0 + $1.0 * $1.1 }
    return min(Self.ceiling, 1 / (1 + exponential(-sum)))
  }

  /// One judged answer.
  struct Case {
    var fit: Fit
    var isRight: Bool
    /// How much it counts.
    var share: Double
  }

  /// Says that nothing is sure.
  static let none = Calibration(weights: [Double](repeating: 0, count: Fit.count), offset: -20)

  /// Fits by projected, accelerated gradient descent on the mean of the cases' log loss.
  init(fitting cases: [Case], penalty: Double = 1e-4, rounds: Int = 1000) {
    let total = cases.reduce(0) { $0 + $1.share }
    guard total > 0 else {
      self = .none
      return
    }
    let scales = Self.scales(cases)
    let rows = cases.map { Self.scaled($0.fit.values, scales) + [1.0] }
    let size = Fit.count + 1
    let step = 4 / Double(size + 4)
    var weights = [Double](repeating: 0, count: size)
    var ahead = weights
    var pace = 1.0
    for _ in 0..<rounds {
      var slope = ahead.map { $0 * penalty }
      slope[Fit.count] = 0
      for (row, item) in zip(rows, cases) {
        let sum = zip(row, ahead).reduce(0) { $0 + $1.0 * $1.1 }
        let error = (1 / (1 + exponential(-sum)) - (item.isRight ? 1 : 0)) * item.share / total
        for index in 0..<size { slope[index] += error * row[index] }
      }
      var next = zip(ahead, slope).map { $0 - step * $1 }
      next[0] = max(0, next[0])
      for index in 1..<Fit.count { next[index] = min(0, next[index]) }
      let nextPace = (1 + (1 + 4 * pace * pace).squareRoot()) / 2
      ahead = zip(next, weights).map { $0 + (pace - 1) / nextPace * ($0 - $1) }
      (weights, pace) = (next, nextPace)
    }
    self.weights = (0..<Fit.count).map { weights[$0] / scales[$0] }
    offset = weights[Fit.count]
    round()
  }

  init(weights: [Double], offset: Double) {
    self.weights = weights
    self.offset = offset
  }

  /// Keeps what the model's file keeps: four places.
  private mutating func round() {
    weights = weights.map { ($0 * 10_000).rounded() / 10_000 }
    offset = (offset * 10_000).rounded() / 10_000
  }

  /// The root of the mean square of each number.
  private static func scales(_ cases: [Case]) -> [Double] {
    (0..<Fit.count).map { index in
      let mean = cases.reduce(0) { $0 + $1.fit.values[index] * $1.fit.values[index] } / Double(cases.count)
      return max(1e-6, mean.squareRoot())
    }
  }

  private static func scaled(_ values: [Double], _ scales: [Double]) -> [Double] {
    zip(values, scales).map { $0 / $1 }
  }
}
