import Settings

/// Decides when each LAN is scanned next, on the boot-time clock.
package struct ScanSchedule: Sendable {
  /// How long a scan that falls into quiet hours waits before it looks at the clock again.
  package static let quietPause: Duration = .seconds(60)
  /// A LAN that could not be scanned is tried again sooner than the next regular time.
  package static let retry: Duration = .seconds(60)

  /// The time between scans where neither owner nor operator says anything of it.
  package static let standardInterval: Duration = .seconds(21_600)

  private var due: [Duration]
  private var wanted: Duration?
  private let lans: [AgentConfiguration.LAN]
  private let quietHours: [TimeOfDayRange]

  /// Creates a schedule in which every LAN is due at `now`; `wanted` is the interval operators ask for.
  package init(_ configuration: AgentConfiguration, wanted: Duration? = nil, now: Duration) {
    self.wanted = wanted
    lans = configuration.lans
    quietHours = configuration.quietHours
    due = lans.map { _ in now }
  }

  /// The LAN to scan now, or `nil`; one that falls into quiet hours is put off.
  ///
  /// `minute` is the time of day, in minutes after midnight.
  package mutating func next(now: Duration, minute: Int) -> AgentConfiguration.LAN? {
    guard let index = due.indices.filter({ due[$0] <= now }).min(by: { due[$0] < due[$1] }) else {
      return nil
    }
    if quietHours.contains(where: { $0.contains(minute: minute) }) {
      for index in due.indices where due[index] <= now { due[index] = now + Self.quietPause }
      return nil
    }
    due[index] = now + interval(index)
    return lans[index]
  }

  private func interval(_ index: Int) -> Duration { lans[index].every ?? wanted ?? Self.standardInterval }

  /// Takes the interval that operators ask for, for LANs whose owner says nothing of it.
  package mutating func follow(_ interval: Duration, now: Duration) {
    wanted = interval
    for index in lans.indices where lans[index].every == nil {
      due[index] = min(due[index], now + interval)
    }
  }

  /// The scan of a LAN failed.
  package mutating func failed(_ interface: String, now: Duration) {
    guard let index = lans.firstIndex(where: { $0.interface == interface }) else { return }
    due[index] = now + min(Self.retry, interval(index))
  }

  /// Brings the next scan of a LAN forward to `time`; one that is due sooner stays.
  package mutating func hurry(_ interface: String, to time: Duration) {
    guard let index = lans.firstIndex(where: { $0.interface == interface }) else { return }
    due[index] = min(due[index], time)
  }

  /// When to call ``next(now:minute:)``; `nil` without any LAN.
  package var wakeAt: Duration? { due.min() }

  /// When a LAN is scanned next.
  package func due(_ interface: String) -> Duration? {
    lans.firstIndex { $0.interface == interface }.map { due[$0] }
  }
}
