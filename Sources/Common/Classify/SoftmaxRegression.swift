/// Multinomial logistic regression over rows of present traits, by accelerated gradient descent.
struct SoftmaxRegression {
  /// One way of hearing one capture.
  struct Row {
    /// The traits that are present.
    var places: [Int]
    var label: Int
    /// How much it counts.
    var share: Float
  }

  /// As the model keeps them, see ``Model/weights``; the last row is the bias.
  private(set) var weights: [Int16] = []

  private let rows: [Row]
  private let types: Int
  /// What a present trait counts as; the larger, the less its weight costs.
  private let scales: [Float]

  /// Minimises mean log loss plus `penalty`/2 times the sum of squares, in `rounds` steps of the method of
  /// Nesterov with the fixed step 1/L, L the largest curvature.
  init(rows: [Row], scales: [Float], types: Int, penalty: Float, rounds: Int) {
    // The bias is a trait that everything shows.
    let total = max(1, rows.reduce(0) { $0 + $1.share })
    self.rows = rows.map { Row(places: $0.places + [scales.count], label: $0.label, share: $0.share / total) }
    self.scales = scales + [1]
    self.types = types
    let size = self.scales.count * types
    var found = [Float](repeating: 0, count: size)
    let step = 1 / (0.5 * curvature() + penalty)
    var ahead = found
    var slope = found
    var pace: Float = 1
    for _ in 0..<rounds {
      gradient(at: ahead, penalty, into: &slope)
      let nextPace = (1 + (1 + 4 * pace * pace).squareRoot()) / 2
      let push = (pace - 1) / nextPace
      for index in 0..<size {
        let next = ahead[index] - step * slope[index]
        ahead[index] = next + push * (next - found[index])
        found[index] = next
      }
      pace = nextPace
    }
    weights = found.indices.map { Model.rounded(found[$0] * self.scales[$0 / types]) }
  }

  private func gradient(at weights: [Float], _ penalty: Float, into slope: inout [Float]) {
    var sums = [Float](repeating: 0, count: types)
    weights.withUnsafeBufferPointer { weights in
      slope.withUnsafeMutableBufferPointer { slope in
        sums.withUnsafeMutableBufferPointer { sums in
          for index in slope.indices { slope[index] = weights[index] * penalty }
          for row in rows { add(row, weights, sums, slope) }
        }
      }
    }
  }

  /// Adds the slope of one row's loss.
  private func add(
    _ row: Row, _ weights: UnsafeBufferPointer<Float>, _ sums: UnsafeMutableBufferPointer<Float>,
    _ slope: UnsafeMutableBufferPointer<Float>
  ) {
    for type in 0..<types { sums[type] = 0 }
    for place in row.places {
      let (base, scale) = (place * types, scales[place])
      for type in 0..<types { sums[type] += weights[base + type] * scale }
    }
    let highest = sums.max() ?? 0
    var total: Float = 0
    for type in 0..<types {
      sums[type] = Float(exponential(Double(sums[type] - highest)))
      total += sums[type]
    }
    for type in 0..<types { sums[type] = (sums[type] / total - (type == row.label ? 1 : 0)) * row.share }
    for place in row.places {
      let (base, scale) = (place * types, scales[place])
      for type in 0..<types { slope[base + type] += sums[type] * scale }
    }
  }

  /// The largest eigenvalue of the rows' mean outer product, by power iteration, a little enlarged.
  private func curvature() -> Float {
    var vector = [Float](repeating: 1, count: scales.count)
    var largest: Float = 1
    for _ in 0..<30 {
      var next = [Float](repeating: 0, count: scales.count)
      for row in rows {
        let sum = row.places.reduce(0) { $0 + vector[$1] * scales[$1] } * row.share
        for place in row.places { next[place] += sum * scales[place] }
      }
      largest = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard largest > 0 else { return 1 }
      vector = next.map { $0 / largest }
    }
    return largest * 1.1
  }
}
