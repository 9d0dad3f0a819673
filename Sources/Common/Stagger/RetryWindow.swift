/// Decides how long to wait after a server had no room for us.
///
/// The wait is drawn evenly from a window, and the window doubles with every failure up to a cap: even with half
/// of the planned capacity and refusals that cost nearly as much as a session, a fleet of N comes back if the mean
/// wait reaches 2 × (cost of a refusal) × N / capacity, which a cap of an hour does for a million gateways. The draw comes
/// after the cap, so that nobody falls into step. Only a session that lasted forgets what failed before it.
package struct RetryWindow: Hashable, Sendable {
  /// Failures since the last stable session, up to ``most``.
  package private(set) var failures: UInt8
  /// Twelve doublings bring any window to its cap; counting on would only wear the flash where it is kept.
  package static let most: UInt8 = 13
  /// No wait is shorter.
  package static let least: Duration = .seconds(1)

  package init(failures: Int = 0) { self.failures = UInt8(min(Int(Self.most), max(0, failures))) }

  /// Counts a failure, and returns how long to wait; `draw` is a number from 0 to 1 that nobody can guess.
  package mutating func next(first: Duration, cap: Duration, draw: Double) -> Duration {
    failures = min(Self.most, failures + 1)
    return Self.least + bound(first: first, cap: cap) * ReconnectPolicy.within(0...1, draw, default: 0.5)
  }

  /// The window that the last wait was drawn from.
  package func bound(first: Duration, cap: Duration) -> Duration {
    min(cap, first * (1 << Int(max(1, failures) - 1)))
  }

  /// Forgets every failure: a session has lasted.
  package mutating func reset() { failures = 0 }
}
