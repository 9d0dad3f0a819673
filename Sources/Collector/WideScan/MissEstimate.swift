import Glibc

/// How many that answer were missed, from how often those were missed who are known to answer.
///
/// Two things tell of it. Who answered the third try had been missed twice: the number of first answers to each try
/// falls as fast as tries are lost (the removal method: C. Zippin, "The Removal Method of Population Estimation",
/// 1958). And targets that had answered are asked once more, as canaries. A try of the first round is lost with some
/// chance, in which the engine still looks for its speed, and one of later rounds with another, all independently of
/// each other. From the uniform priors of Jeffreys (on angles whose sines squared are the chances) comes how sure
/// they are; and given them, the number missed while n were found is negative binomial, with the product over all
/// rounds as the chance to be missed. The interval is of the number missed in this scan, not of an average, and
/// holds both uncertainties.
///
/// Where losses come together, as they do when somebody is away for as long as all tries, this cannot know it.
package struct MissEstimate: Hashable, Sendable {
  /// The part of all that answer which was missed, 0 to 1: its bounds in 95 of 100 scans, and the middle.
  package var low: Double
  package var middle: Double
  package var high: Double
  /// The chance that a try of the last round is lost.
  package var loss: Double

  /// What one round has brought.
  package struct Round: Hashable, Sendable {
    /// How many answered for the first time.
    package var found: Int
    package var canaries: Int
    package var canariesAnswered: Int

    package init(found: Int = 0, canaries: Int = 0, canariesAnswered: Int = 0) {
      self.found = found
      self.canaries = canaries
      self.canariesAnswered = canariesAnswered
    }
  }

  /// What is known when nobody has answered: nothing.
  package static let unknown = MissEstimate(low: 0, middle: 0.5, high: 1, loss: 0.5)

  package init(low: Double, middle: Double, high: Double, loss: Double) {
    self.low = low
    self.middle = middle
    self.high = high
    self.loss = loss
  }

  package init(_ rounds: [Round]) {
    let found = rounds.reduce(0) { $0 + $1.found }
    guard found > 0 else {
      self = .unknown
      return
    }
    let points = LossPosterior(rounds).points
    let mixture = Mixture(found: found, parts: points.map { ($0.missed, $0.weight) })
    func part(_ missed: Double) -> Double { missed / (missed + Double(found)) }
    low = part(mixture.quantile(0.025))
    middle = part(mixture.quantile(0.5))
    high = part(mixture.quantile(0.975))
    loss = points.reduce(0) { $0 + $1.loss * $1.weight }
  }
}

/// How many were missed, as a mixture of negative binomial numbers.
private struct Mixture {
  let found: Int
  /// The chance to be missed, and its weight.
  let parts: [(missed: Double, weight: Double)]

  /// Up to so many, chances are added up one by one; beyond, the normal distribution is as good.
  private static let exact = 2000

  /// The smallest number that is reached with this probability.
  func quantile(_ probability: Double) -> Double {
    var sum = 0.0
    // P(0) = (1 − s)^n, P(m + 1) = P(m) · s · (n + m) / (m + 1).
    var chances: [Double] = parts.map { exp(Double(found) * log1p(-$0.missed)) }
    // Chances too small for a number are those of parts where many are missed.
    var countable = 0.0
    for (part, chance) in zip(parts, chances) where chance > 1e-300 { countable += part.weight }
    if countable > 0.999 {
      for number in 0...Self.exact {
        let growth = Double(found + number) / Double(number + 1)
        for place in parts.indices {
          sum += parts[place].weight * chances[place]
          chances[place] *= parts[place].missed * growth
        }
        if sum >= probability { return Double(number) }
      }
    }
    return normal(probability)
  }

  private func normal(_ probability: Double) -> Double {
    var (low, high) = (0.0, 1e15)
    for _ in 0..<120 {
      let middle = (low + high) / 2
      var below = 0.0
      for part in parts {
        let mean = Double(found) * part.missed / (1 - part.missed)
        let deviation = max((mean / (1 - part.missed)).squareRoot(), 1e-9)
        below += part.weight * 0.5 * erfc((mean - middle - 0.5) / (deviation * 1.414_213_562_373_095_1))
      }
      if below >= probability { high = middle } else { low = middle }
    }
    return high.rounded(.up)
  }
}
