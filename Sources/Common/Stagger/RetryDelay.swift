/// Decides how long to wait before the next attempt to connect.
///
/// The bound doubles with every failure; the delay is drawn evenly from below it ("full jitter",
/// M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), after the cap, so that
/// gateways that fail together do not return together. It falls back only after a session that lasted.
///
/// | failures | delay is drawn from |
/// |---|---|
/// | 1 | 0 to 2 s |
/// | 2 | 0 to 4 s |
/// | 5 | 0 to 32 s |
/// | 9 and more | 0 to 300 s |
package struct RetryDelay: Hashable, Sendable {
  package static let first: Duration = .seconds(2)
  package static let cap: Duration = .seconds(300)
  /// A session that ends sooner counts as one more failure.
  package static let stable: Duration = .seconds(60)

  package private(set) var failures = 0
  private let first: Duration
  private let cap: Duration
  private let stable: Duration

  package init(first: Duration = Self.first, cap: Duration = Self.cap, stable: Duration = Self.stable) {
    self.first = first
    self.cap = cap
    self.stable = stable
  }

  /// Returns how long to wait when an attempt failed, or a session ended after `lasted`.
  ///
  /// `draw` is a number from 0 to 1 that nobody can guess. The wait is at least a tenth of a second.
  package mutating func next(lasted: Duration?, draw: Double) -> Duration {
    failures = if let lasted, lasted >= stable { 1 } else { failures + 1 }
    let bound = failures > 8 ? cap : min(cap, first * (1 << (failures - 1)))
    return max(.milliseconds(100), bound * draw)
  }
}
