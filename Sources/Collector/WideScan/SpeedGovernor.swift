import Glibc

/// Finds the speed at which results do not depend on speed.
///
/// Speeds are steps of √2 below the limit. At each, canaries are lost with some chance; a line that loses 5 % whatever the
/// speed is no reason to slow down, and one that loses more the faster it goes is. So a step is taken up when its
/// canaries are lost no more than at slower steps, and down when they are, or when another sign of haste is seen.
struct SpeedGovernor: Sendable {
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
  /// Where a search for a slower step that loses less began.
  private var searchedFrom: Int?
  /// Canaries that were lost at a speed where that did not depend on it.
  private var reference = Step()
  private let limit: Double

  /// Canaries that have to have been asked before a step is judged.
  private static let enough = 40.0
  /// Steps that are gone down before it is judged whether that helps: an eighth of the speed.
  private static let contrast = 6
  /// Turns without a canary after which a step is taken all the same.
  private static let patience = 3
  /// Canaries that are remembered of a step; beyond, the older half counts for less.
  private static let memory = 400.0

  /// Begins at the fastest step that is no faster than `start` probes a second.
  init(limit: Double, start: Double) {
    self.limit = limit
    current = steps.indices.last { Self.rate($0, limit) <= start } ?? 0
  }

  private static func rate(_ step: Int, _ limit: Double) -> Double {
    var rate = limit
    for _ in step..<20 { rate *= 0.5.squareRoot() }
    return rate
  }

  /// Probes a second, now.
  var rate: Double { max(1, Self.rate(current, limit)) }

  /// Whether it goes slower than it may because of what it saw.
  var isSlowed: Bool { current < steps.count - 1 && steps[current + 1].barred > 0 }

  /// Which step that is.
  var speed: Int { current }

  /// Ends a turn, a quarter of a second or so: what became of canaries, by the step at which they were asked, whether
  /// the watch on answers has warned, and how many packets this machine itself has lost.
  mutating func turn(_ tallies: [Int: Canaries.Tally], alarm: Bool, dropped: Int) {
    for place in steps.indices where steps[place].barred > 0 { steps[place].barred -= 1 }
    for (step, tally) in tallies {
      steps[step].asked += Double(tally.asked)
      steps[step].lost += Double(tally.lost)
      if steps[step].asked > Self.memory {
        steps[step].asked /= 2
        steps[step].lost /= 2
      }
    }
    let haste = losesByHaste()
    if dropped > 0 || alarm || haste > 0 {
      slowDown(by: max(1, haste))
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

  /// How many steps to go down because more are lost here than at all slower ones.
  private mutating func losesByHaste() -> Int {
    let here = steps[current]
    guard here.asked >= Self.enough / 2 else { return 0 }
    let slower = steps[..<current].reduce(into: reference) { sum, step in
      sum.asked += step.asked
      sum.lost += step.lost
    }
    if slower.asked >= Self.enough / 2 { return Self.loses(here, moreThan: slower) ? 1 : 0 }
    // Without slower steps to compare with, a line that loses a tenth is tried at an eighth of the speed.
    guard here.lost / here.asked > 0.1 else {
      searchedFrom = nil
      return 0
    }
    guard let top = searchedFrom else {
      if current > 0 { searchedFrom = current }
      return current > 0 ? Self.contrast : 0
    }
    guard here.asked >= Self.enough else { return 0 }
    // A full line lets as many through as before, which is a larger part of fewer; any other an equal part. Where the
    // answered part lies between the two, on a scale of logarithms, decides, or that it takes a slower step to know.
    let (before, now) = (1 - steps[top].lost / steps[top].asked, 1 - here.lost / here.asked)
    let full = min(1, before * Self.rate(top, limit) / Self.rate(current, limit))
    let place = before > 0 && now > 0 ? log(now / before) / log(full / before) : 1
    if place > 0.6, current > 0 { searchedFrom = current }
    // Where most are lost, only the slowest step says that it is so at any speed.
    if place > 0.3 || now < 0.5 && current > 0 { return current > 0 ? Self.contrast : 0 }
    // That did not help: as much is lost at any speed.
    for step in current...top { (steps[step].barred, steps[step].sentence) = (0, 20) }
    (reference, searchedFrom) = (here, nil)
    return 0
  }

  /// Compares two proportions, three standard deviations apart.
  private static func loses(_ one: Step, moreThan other: Step) -> Bool {
    let common = (one.lost + other.lost + 0.5) / (one.asked + other.asked + 1)
    let deviation = (common * (1 - common) * (1 / one.asked + 1 / other.asked)).squareRoot()
    return one.lost / one.asked - other.lost / other.asked > 3 * deviation
  }

  /// What is known of the step that is left is kept, to be compared with.
  private mutating func slowDown(by count: Int) {
    steps[current].barred = steps[current].sentence
    steps[current].sentence = min(1000, steps[current].sentence * 2)
    quiet = 0
    current = max(0, current - count)
  }
}
