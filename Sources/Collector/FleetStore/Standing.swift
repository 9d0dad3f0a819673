package import Casework
package import Posture

/// How far a finding is, as it is stored with it.
package struct Standing: Hashable, Sendable {
  /// `nil` where nothing is known of its life.
  package var stage: FindingCase.Stage?
  /// When it changed last.
  package var since = WallTime(milliseconds: 0)
  package var detected = WallTime(milliseconds: 0)
  package var notified: WallTime?
  package var closed: WallTime?
  /// How often it was there, from 1; 0 where nothing is known of its life.
  package var episodes = 0

  /// The word that is stored where there is no stage.
  static let noStage = "none"

  package init() {}

  package init(_ life: FindingCase?) {
    guard let life else { return }
    stage = life.stage
    since = life.since
    detected = life.present.detected
    notified = life.present.notified
    closed = life.present.closed
    episodes = life.episodes.count
  }

  var word: String { stage?.rawValue ?? Self.noStage }
}

/// The place of a finding in the order in which people should look: 0 to 9, 0 first.
package enum FindingRank {
  package static let all = 0...9

  /// Names of facilities before all others, then the worst.
  package static func of(_ finding: Finding) -> Int {
    of(finding.severity, isFacility: finding.check == facilityCheck)
  }

  package static func of(_ severity: Severity, isFacility: Bool) -> Int {
    (isFacility ? 0 : 5) + (Severity.allCases.count - 1 - (Severity.allCases.firstIndex(of: severity) ?? 0))
  }

  /// Whether what has this place is told at once, to everybody: all facilities, and of others what is critical.
  static func isUrgent(_ rank: Int) -> Bool { rank <= of(.critical, isFacility: false) }

  /// The check that says that a facility's name stands where attackers look first.
  static let facilityCheck = "facility-named-page"

  package static func severity(of rank: Int) -> Severity {
    Severity.allCases[Severity.allCases.count - 1 - min(max(rank, 0), 9) % 5]
  }
}

/// How long an episode was open, in steps that are coarse enough to be counted.
enum EpisodeStep {
  /// The step of a closed one: whole seconds below 64, then 32 steps for each doubling, so at most 3 % wide.
  static func closed(after milliseconds: Int64) -> Int64 {
    let seconds = max(0, milliseconds) / 1000
    guard seconds >= 64 else { return seconds }
    let shift = Int64(63 - seconds.leadingZeroBitCount) - 5
    return (shift + 1) * 32 + (seconds >> shift) - 32
  }

  /// The middle of a step, in milliseconds.
  static func milliseconds(of step: Int64) -> Int64 {
    guard step >= 64 else { return step * 1000 }
    // Beyond thirty thousand years a store is damaged; it is read all the same.
    let shift = min(step / 32 - 1, 34)
    let first = (step % 32 + 32) << shift
    return (first * 2 + (1 << shift) - 1) * 500
  }

  private static let hour: Int64 = 3_600_000

  static func open(since time: Int64) -> Int64 { time >= 0 ? time / hour : 0 }
  static func detected(of step: Int64) -> Int64 { step * hour + hour / 2 }
}
