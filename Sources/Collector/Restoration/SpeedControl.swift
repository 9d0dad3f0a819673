import Stagger

/// Decides how fast the clock of the window runs that the collector publishes.
///
/// There is a speed at which even all who are away may come back at once: ``target`` of the capacity that was measured,
/// over what their return takes of it at speed 1. It is never slower than that; and no faster for the first three
/// minutes, because it is not known yet whether they do. After that the load, brought to speed 1, tells how many are
/// within their window: the clock runs so fast that the largest such load of the last ten minutes would take
/// ``cautiousTarget``, and the next substation does not find a clock that runs too fast.
package struct SpeedControl: Hashable, Sendable, Codable {
  /// Seconds between two decisions.
  package static let period = 30
  /// What part of the capacity returning gateways may take.
  package static let target = 0.8
  /// The same where it rests on how many came lately, of whom the next may be more.
  package static let cautiousTarget = 0.7
  /// Decisions before the first that speeds up: three minutes, in which nearly all have booted that had power back.
  private static let patience = 6
  /// Decisions that are remembered: ten minutes.
  private static let memory = 20
  /// The most that one decision speeds up.
  private static let step = 1.5
  /// The fastest that is published.
  package static let fastest = 16.0

  package private(set) var speed = 1.0
  private var decisions = 0
  private var loads: [Double] = []

  package init() {}

  /// Decides, after a period in which gateways attempted `load` times the capacity that was measured.
  ///
  /// `most` is what the load can become at speed 1: all who are away / (window × measured capacity). `inForce` is the
  /// speed that gateways ran at in that period.
  package mutating func next(load: Double, most: Double, inForce: Double) -> Double {
    decisions += 1
    let now = Self.sound(load / inForce)
    let growth = max(0, now - (loads.last ?? 0))
    loads.append(now)
    if loads.count > Self.memory { loads.removeFirst() }
    let safe = Self.target / max(0.001, Self.sound(most))
    let expected = max(0.001, now + 2 * growth, loads.max() ?? now)
    let bold = decisions <= Self.patience ? safe : min(speed * Self.step, Self.cautiousTarget / expected)
    speed = max(ReconnectPolicy.speeds.lowerBound, min(Self.fastest, max(safe, bold)))
    return speed
  }

  /// A measure that is none counts as nothing, and none is beyond all bounds.
  private static func sound(_ load: Double) -> Double { load.isNaN ? 0 : min(1e6, max(0, load)) }
}
