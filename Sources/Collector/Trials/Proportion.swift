import Foundation

/// A share of a sample, with what can be said of the share it was drawn from.
package struct Proportion: Hashable, Sendable, Encodable {
  package var successes: Int
  package var total: Int

  /// Creates a share; valid iff 0 ≤ successes ≤ total.
  package init(_ successes: Int, of total: Int) {
    precondition(successes >= 0 && successes <= total, "\(successes) of \(total)")
    self.successes = successes
    self.total = total
  }

  /// 0 where nobody was asked.
  package var share: Double { total == 0 ? 0 : Double(successes) / Double(total) }

  /// Wilson's score interval; 0 to 1 where nobody was asked.
  ///
  /// E. B. Wilson, Journal of the American Statistical Association 22 (1927).
  /// Unlike p ± z·√(p(1−p)/n) it is right for small samples, and for shares near 0 and 1.
  package func interval(alpha: Double = 0.05) -> ClosedRange<Double> {
    guard total > 0 else { return 0...1 }
    let z = Self.normalQuantile(1 - alpha / 2)
    let n = Double(total)
    let middle = share + z * z / (2 * n)
    let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return max(0, (middle - half) / scale)...min(1, (middle + half) / scale)
  }

  /// Newcombe's interval of a difference of two shares, from both Wilson intervals.
  ///
  /// R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
  package static func difference(
    _ left: Proportion, _ right: Proportion, alpha: Double = 0.05
  ) -> ClosedRange<Double> {
    let (first, second) = (left.interval(alpha: alpha), right.interval(alpha: alpha))
    let difference = left.share - right.share
    func distance(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    let lower = difference - distance(left.share - first.lowerBound, second.upperBound - right.share)
    let upper = difference + distance(first.upperBound - left.share, right.share - second.lowerBound)
    return max(-1, lower)...min(1, upper)
  }

  /// The value below which a standard normal variable is with a probability between 0 and 1: 1.96 for 0.975.
  static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (-10.0, 10.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if erfc(-middle / 2.0.squareRoot()) / 2 < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
