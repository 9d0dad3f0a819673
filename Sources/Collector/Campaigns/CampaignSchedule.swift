package import Posture
package import Settings

/// When a campaign may probe: between two moments, and never in its blackout hours.
package struct CampaignSchedule: Hashable, Sendable {
  package var notBefore: WallTime?
  /// When it ends, whatever is left to do.
  package var notAfter: WallTime?
  /// Hours of every day, by the time zone of the machine that scans.
  package var blackouts: [TimeOfDayRange]

  package init(notBefore: WallTime? = nil, notAfter: WallTime? = nil, blackouts: [TimeOfDayRange] = []) {
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.blackouts = blackouts
  }

  /// What may be done at some moment.
  package enum Moment: Hashable, Sendable {
    case open
    case waits(until: WallTime)
    case over
  }

  /// The most blackouts of one campaign.
  package static let mostBlackouts = 24
  private static let day = 1440

  private func isBlackedOut(_ minute: Int) -> Bool { blackouts.contains { $0.contains(minute: minute) } }

  /// How many minutes of a day are left to probe.
  package var openMinutes: Int { (0..<Self.day).count { !isBlackedOut($0) } }

  /// Judges a moment, whose local time is `minuteOfDay`.
  package func moment(at now: WallTime, minuteOfDay: Int) -> Moment {
    if let notAfter, now >= notAfter { return .over }
    if let notBefore, now < notBefore { return .waits(until: notBefore) }
    guard isBlackedOut(minuteOfDay) else { return .open }
    let wait = (1..<Self.day).first { !isBlackedOut((minuteOfDay + $0) % Self.day) } ?? Self.day
    let begun = now.milliseconds - (now.milliseconds % 60_000)
    return .waits(until: WallTime(milliseconds: begun + Int64(wait) * 60_000))
  }

  /// When so much work is done that begins now; `nil` where that is not in time, or there is none to be had.
  package func end(of work: Duration, from now: WallTime, minuteOfDay: Int) -> WallTime? {
    let open = openMinutes
    guard open > 0, work >= .zero else { return nil }
    var (start, minute) = (now, minuteOfDay)
    if let notBefore, now < notBefore {
      let later = (notBefore.milliseconds - now.milliseconds) / 60_000
      (start, minute) = (notBefore, (minuteOfDay + Int(later % Int64(Self.day))) % Self.day)
    }
    let total = work.components.seconds
    let days = total / Int64(open * 60)
    var left = total % Int64(open * 60)
    var passed: Int64 = 0
    while left > 0 {
      if !isBlackedOut(minute) { left -= 60 }
      minute = (minute + 1) % Self.day
      passed += 60
    }
    // What is left of the last minute was not needed.
    let seconds = days * Int64(Self.day * 60) + passed + left
    let end = WallTime(milliseconds: start.milliseconds + seconds * 1000)
    if let notAfter, end > notAfter { return nil }
    return end
  }
}
