/// Multinomial logistic regression over rows of present traits, by accelerated gradient descent.
struct SoftmaxRegression {
  /// In thousandths, rounded as the model's file keeps them; the last row is the bias.
  private(set) var weights: [Double]

  private let rows: [[Int]]
  private let labels: [Int]
  private let types: Int

  /// Minimises mean log loss plus `penalty`/2 times the sum of squares, in `rounds` steps of the method of
  /// Nesterov with the fixed step 1/L, L the largest curvature.
  init(rows: [[Int]], labels: [Int], traits: Int, types: Int, penalty: Double, rounds: Int) {
    // The bias is a trait that everything shows.
    self.rows = rows.map { $0 + [traits] }
    self.labels = labels
    self.types = types
    let size = (traits + 1) * types
    weights = [Double](repeating: 0, count: size)
    guard !rows.isEmpty, types > 0 else { return }
    let step = 1 / (0.5 * curvature(traits + 1) + penalty)
    var ahead = weights
    var slope = weights
    var pace = 1.0
    for _ in 0..<rounds {
      gradient(at: ahead, penalty, into: &slope)
      let nextPace = (1 + (1 + 4 * pace * pace).squareRoot()) / 2
      let push = (pace - 1) / nextPace
      for index in 0..<size {
        let next = ahead[index] - step * slope[index]
        ahead[index] = next + push * (next - weights[index])
        weights[index] = next
      }
      pace = nextPace
    }
    for index in 0..<size { weights[index] = (weights[index] * 1000).rounded() / 1000 }
  }

  private func gradient(at weights: [Double], _ penalty: Double, into slope: inout [Double]) {
    for index in slope.indices { slope[index] = weights[index] * penalty }
    let share = 1 / Double(rows.count)
    var sums = [Double](repeating: 0, count: types)
    for (row, label) in zip(rows, labels) {
      for type in 0..<types { sums[type] = 0 }
      for place in row {
        let base = place * types
        for type in 0..<types { sums[type] += weights[base + type] }
      }
      let highest = sums.max() ?? 0
      var total = 0.0
      for type in 0..<types {
        sums[type] = exponential(sums[type] - highest)
        total += sums[type]
      }
      for type in 0..<types { sums[type] = (sums[type] / total - (type == label ? 1 : 0)) * share }
      for place in row {
        let base = place * types
        for type in 0..<types { slope[base + type] += sums[type] }
      }
    }
  }

  /// The largest eigenvalue of the rows' mean outer product, by power iteration, a little enlarged.
  private func curvature(_ width: Int) -> Double {
    var vector = [Double](repeating: 1, count: width)
    var largest = 1.0
    for _ in 0..<30 {
      var next = [Double](repeating: 0, count: width)
      for row in rows {
        let sum = row.reduce(0) { $0 + vector[$1] } / Double(rows.count)
        for place in row { next[place] += sum }
      }
      largest = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard largest > 0 else { return 1 }
      vector = next.map { $0 / largest }
    }
    return largest * 1.1
  }
}
