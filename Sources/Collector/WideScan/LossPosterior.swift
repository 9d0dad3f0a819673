import Glibc

/// What chances of loss the rounds of a scan make likely, on a grid: the first round's, and the later ones'.
///
/// The grid is laid over all angles first, then over what is left of likelihood, until that fills it.
struct LossPosterior {
  struct Point {
    /// The chance to be missed in all rounds.
    var missed: Double
    /// The chance that a try of the last round is lost.
    var loss: Double
    /// All weights add up to 1.
    var weight: Double
  }

  private(set) var points: [Point] = []

  private static let steps = 48
  /// What is e^20 times less likely than the most likely is left out.
  private static let depth = 20.0

  private struct Axis {
    var low = 0.0
    var high = Double.pi / 2

    func angle(_ step: Int) -> Double { low + (high - low) * (Double(step) + 0.5) / Double(steps) }

    /// Where steps from the first to the last are, and one more on either side.
    func narrowed(_ first: Int, _ last: Int) -> Axis {
      let step = (high - low) / Double(steps)
      return Axis(
        low: max(0, low + Double(first - 1) * step), high: min(.pi / 2, low + Double(last + 2) * step))
    }
  }

  private static func chance(_ angle: Double) -> Double { sin(angle) * sin(angle) }

  init(_ rounds: [MissEstimate.Round]) {
    let later = rounds.count - 1
    var (first, rest) = (Axis(), Axis())
    // With one round there is only one chance.
    let restSteps = later == 0 ? 1 : Self.steps
    for _ in 0..<12 {
      var weights: [Double] = []
      for step in 0..<Self.steps {
        let one = Self.chance(first.angle(step))
        for other in 0..<restSteps {
          weights.append(Self.likelihood(rounds, one, Self.chance(rest.angle(other))))
        }
      }
      let least = (weights.max() ?? 0) - Self.depth
      let kept = weights.indices.filter { weights[$0] > least }
      let (rows, columns) = (kept.map { $0 / restSteps }, kept.map { $0 % restSteps })
      points = kept.map {
        let (one, two) = (
          Self.chance(first.angle($0 / restSteps)), Self.chance(rest.angle($0 % restSteps))
        )
        return Point(
          missed: one * pow(two, Double(later)), loss: later == 0 ? one : two,
          weight: exp(weights[$0] - least - Self.depth))
      }
      let wasFirst = first.high - first.low
      let wasRest = rest.high - rest.low
      first = first.narrowed(rows.min() ?? 0, rows.max() ?? 0)
      if later > 0 { rest = rest.narrowed(columns.min() ?? 0, columns.max() ?? 0) }
      if first.high - first.low > 0.9 * wasFirst, rest.high - rest.low > 0.9 * wasRest { break }
    }
    let total = points.reduce(0) { $0 + $1.weight }
    for place in points.indices { points[place].weight /= total }
  }

  /// The logarithm of the likelihood: canaries answer or do not, and whoever was found was found in this or that round.
  private static func likelihood(_ rounds: [MissEstimate.Round], _ first: Double, _ rest: Double) -> Double {
    var (sum, survived) = (0.0, 0.0)
    for (number, round) in rounds.enumerated() {
      let lost = number == 0 ? first : rest
      let (logLost, logHeard) = (log(lost), log1p(-lost))
      sum += Double(round.canariesAnswered) * logHeard
      sum += Double(round.canaries - round.canariesAnswered) * logLost
      sum += Double(round.found) * (survived + logHeard)
      survived += logLost
    }
    let found = rounds.reduce(0) { $0 + $1.found }
    return sum - Double(found) * log1p(-exp(survived))
  }
}
