/// Finds the speed at which results do not depend on speed.
///
/// Speeds are steps of √2 below the limit. At each, canaries are lost with some chance; a line that loses 5 % whatever the
/// speed is no reason to slow down, and one that loses more the faster it goes is. So a step is taken up when its
/// canaries are lost no more than at slower steps, and down when they are, or when another sign of haste is seen.
package struct SpeedGovernor: Sendable {
  private struct Step {
    var asked = 0.0
    var lost = 0.0
    /// How many turns it must not be tried again.
    var barred = 0
    /// How many turns it is barred the next time.
    var sentence = 20
  }

  /// From a thousandth of the limit to the limit.
  private var steps = [Step](repeating: Step(), count: 21)
  private var current: Int
  private var quiet = 0
  private let limit: Double

  /// Canaries that have to have been asked before a step is judged.
  private static let enough = 40.0
  /// Turns without a canary after which a step is taken all the same.
  private static let patience = 2
  /// Canaries that are remembered of a step; beyond, the older half counts for less.
  private static let memory = 400.0

  /// Begins at the fastest step that is no faster than `start` probes a second.
  package init(limit: Double, start: Double) {
    self.limit = limit
    current = steps.indices.last { Self.rate($0, limit) <= start } ?? 0
  }

  private static func rate(_ step: Int, _ limit: Double) -> Double {
    var rate = limit
    for _ in step..<20 { rate *= 0.5.squareRoot() }
    return rate
  }

  /// Probes a second, now.
  package var rate: Double { max(1, Self.rate(current, limit)) }

  /// Whether it goes slower than it may because of what it saw.
  package var isSlowed: Bool { current < steps.count - 1 && steps[current + 1].barred > 0 }

  /// Ends a turn, a quarter of a second or so: what became of canaries that were asked at this speed, whether the watch on
  /// answers has warned, and how many packets this machine itself has lost.
  package mutating func turn(asked: Int, lost: Int, alarm: Bool, dropped: Int) {
    for place in steps.indices where steps[place].barred > 0 { steps[place].barred -= 1 }
    steps[current].asked += Double(asked)
    steps[current].lost += Double(lost)
    if steps[current].asked > Self.memory {
      steps[current].asked /= 2
      steps[current].lost /= 2
    }
    if dropped > 0 || alarm || losesByHaste {
      slowDown()
      return
    }
    quiet += 1
    let isJudged =
      steps[current].asked >= Self.enough || (steps[current].asked == 0 && quiet >= Self.patience)
    guard isJudged, current < steps.count - 1, steps[current + 1].barred == 0 else { return }
    current += 1
    steps[current].asked = 0
    steps[current].lost = 0
    quiet = 0
  }

  /// Compares with all slower steps: two proportions, three standard deviations apart.
  private var losesByHaste: Bool {
    let here = steps[current]
    guard here.asked >= Self.enough / 2 else { return false }
    let (asked, lost) = steps[..<current].reduce((0.0, 0.0)) { ($0.0 + $1.asked, $0.1 + $1.lost) }
    // Without slower steps to compare with, a line that loses a tenth is tried slower.
    guard asked >= Self.enough / 2 else { return here.lost / here.asked > 0.1 && current > 0 }
    let common = (lost + here.lost + 0.5) / (asked + here.asked + 1)
    let deviation = (common * (1 - common) * (1 / asked + 1 / here.asked)).squareRoot()
    return here.lost / here.asked - lost / asked > 3 * deviation
  }

  private mutating func slowDown() {
    steps[current].barred = steps[current].sentence
    steps[current].sentence = min(1000, steps[current].sentence * 2)
    steps[current].asked = 0
    steps[current].lost = 0
    quiet = 0
    if current > 0 { current -= 1 }
  }
}
