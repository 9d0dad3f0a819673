package import Posture

/// How often a subscriber is written to: warnings that come too often are not read.
package struct FrequencyCap: Hashable, Sendable {
  /// No two notices closer than this.
  package var pause: Duration = .seconds(7 * 86_400)
  /// No two urgent ones closer than this: they do not wait for the others.
  package var urgentPause: Duration = .seconds(86_400)
  /// At most so many within thirty days, urgent ones aside.
  package var perMonth = 3

  package init() {}

  /// From when on a subscriber may be told something, by when they were told before.
  ///
  /// A time that has not come yet is of a clock that was wrong: it counts as now, so that nobody waits ten years.
  package func earliest(after told: [WallTime], isUrgent: Bool, now: WallTime) -> WallTime {
    func milliseconds(_ time: Duration) -> Int64 { time.components.seconds * 1000 }
    let past = told.map { min($0, now) }.sorted()
    guard let last = past.last else { return now }
    let pause = milliseconds(isUrgent ? urgentPause : self.pause)
    var earliest = max(now, WallTime(milliseconds: last.milliseconds + pause))
    if !isUrgent, perMonth > 0, past.count >= perMonth {
      let month = past[past.count - perMonth].milliseconds + 30 * 86_400_000
      earliest = max(earliest, WallTime(milliseconds: month))
    }
    return earliest
  }

  package func allows(after told: [WallTime], isUrgent: Bool, now: WallTime) -> Bool {
    earliest(after: told, isUrgent: isUrgent, now: now) <= now
  }
}
