/// Says when the next packet may leave, so that neither the LAN nor one device is pressed.
///
/// A token bucket (GCRA, ITU-T I.371) that never saves up more than `burst`: within any one second
/// at most `rate × 1 s + burst` leave.
package struct Pacer: Sendable {
  private var interval: Duration
  private var tolerance: Duration
  private var due: Duration = .zero

  /// - Parameters:
  ///   - limit: the most that may leave within any one second.
  ///   - burst: how many of them may leave at once.
  package init(limit: Int, burst: Int) {
    precondition(burst >= 1 && limit > burst, "a burst must be smaller than the limit")
    interval = .seconds(1) / (limit - burst)
    tolerance = interval * (burst - 1)
  }

  /// Lets packets leave at a fraction of the pace from now on, one at a time.
  package mutating func slow(by factor: Int) {
    interval *= factor
    tolerance = .zero
  }

  /// When the next packet may leave; in the past when it may leave now.
  package var next: Duration { due - tolerance }

  package func allows(at now: Duration) -> Bool { next <= now }

  /// Accounts for packets that leave now.
  package mutating func spend(_ count: Int = 1, at now: Duration) {
    due = max(due, now) + interval * count
  }
}
