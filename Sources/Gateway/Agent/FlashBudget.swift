import LinuxIO

/// Bounds what is written to a flash that wears by it: 5 MB in any day, however often is scanned and whatever changes.
///
/// A quarter of a day's bytes may go at once, and three quarters come back over a day. What is worth most, news and what
/// commands were accepted, is written whatever is left and counts; the state waits until there is room.
package struct FlashBudget: Hashable, Sendable {
  /// Bytes in 24 hours.
  package static let day = 5_000_000
  private static let burst = Self.day / 4

  private var left = Self.burst
  private var countedAt: Duration
  private var counted: Int

  /// Begins with what the process had written by now.
  package init(written: Int, now: Duration) {
    counted = written
    countedAt = now
  }

  /// Whether there is room for the state, when so many bytes are written since the process began.
  ///
  /// `now` is of a clock that is never set.
  package mutating func hasRoom(written: Int, now: Duration) -> Bool {
    let back = Double((now - countedAt).milliseconds) * Double(Self.day - Self.burst) / 86_400_000
    left = min(Self.burst, left + Int(min(back, Double(Self.burst)))) - (written - counted)
    counted = written
    countedAt = now
    return left > 0
  }
}
