/// How long to wait before the next attempt to reach the broker.
///
/// The n-th attempt after a failure waits min(first · 2ⁿ⁻¹, longest) · U, U uniform in 0.5 ..< 1.5: the
/// jitter comes after the bound, so that collectors do not meet there.
///
/// | failure | without jitter |
/// |---|---|
/// | 1 | 0.25 s |
/// | 4 | 2 s |
/// | 8 and more | 30 s |
package struct Backoff: Hashable, Sendable {
  package var first = Duration.milliseconds(250)
  package var longest = Duration.seconds(30)
  private var failures = 0

  package init() {}

  /// Counts a failure and returns the pause before the next attempt.
  package mutating func failed(random: Double = .random(in: 0.5..<1.5)) -> Duration {
    let pause = min(first * (1 << min(failures, 20)), longest)
    failures += 1
    return pause * random
  }

  /// Forgets the failures; called when a connection has held for a while, not when it has begun.
  package mutating func held() { failures = 0 }
}
