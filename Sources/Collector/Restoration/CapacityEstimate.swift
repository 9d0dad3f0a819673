/// How many new sessions a second the broker takes, as far as it has shown in a return.
///
/// The operator tells a capacity, and may be wrong. Somebody who knocks at the broker once a second while gateways come
/// back finds out: what part of the knocks is let in is what part of all attempts is, since nobody can tell them apart. While
/// nearly all are let in the capacity is not reached, and the most that came in is less than it. Once some are not, it has
/// been passed: the estimate is halved (Chiu and Jain, Computer Networks and ISDN Systems 17, 1989), but never below the most
/// that was let in during this return, and from then on it rises by no more than a fifth above that.
package struct CapacityEstimate: Hashable, Sendable, Codable {
  /// What a few seconds have shown.
  package struct Period: Hashable, Sendable {
    package var seconds: Int
    /// New sessions.
    package var sessions: Int
    package var door: Door

    package init(seconds: Int, sessions: Int, door: Door = Door()) {
      self.seconds = seconds
      self.sessions = sessions
      self.door = door
    }

    var rate: Double { Double(max(0, sessions)) / Double(max(1, seconds)) }

    /// What part of all attempts was let in; fewer than five knocks tell nothing.
    var open: Double { door.knocks >= 5 ? Double(door.admitted) / Double(door.knocks) : 1 }
  }

  /// Less of the knocks let in than this is no chance any more.
  private static let overloaded = 0.9
  /// The estimate rises only while this part of it is used.
  private static let used = 0.7
  private static let growth = 1.25
  private static let headroom = 1.2
  /// Where nobody comes in at all it is not known why: not below this part of what was told.
  private static let blind = 0.25

  /// New sessions a second that the operator told.
  package let told: Double
  /// New sessions a second.
  package private(set) var value: Double
  /// The most that were let in in a second, in this return.
  private var best = 0.0
  private var wasOverloaded = false

  package init(told: Double) {
    self.told = Self.sound(told)
    value = self.told
  }

  /// Whether it rests on this capacity; the operator may have told another one since.
  func isTold(_ capacity: Double) -> Bool { told == Self.sound(capacity) }

  private static func sound(_ capacity: Double) -> Double { max(0.001, capacity) }

  /// Another return begins: what was shown in the last one may have changed.
  package mutating func begin() {
    best = 0
    wasOverloaded = false
  }

  /// Takes a period in, and returns what part of the capacity attempts took in it.
  package mutating func note(_ period: Period) -> Double {
    best = min(told, max(best, period.rate))
    if period.open < Self.overloaded {
      // A broker that lets in nobody at all may be gone, which tells nothing of how many it takes.
      if period.sessions > 0 || period.door.admitted > 0 { wasOverloaded = true }
      value = min(value, max(best, value / 2, told * Self.blind))
    } else if period.rate >= Self.used * value {
      let most = wasOverloaded ? min(told, Self.headroom * best) : told
      value = max(value, min(most, value * Self.growth))
    }
    // Who knocks in vain all the time does not know how many others do.
    let attempts = period.rate / max(0.05, period.open)
    return period.open < Self.overloaded ? max(1, attempts / value) : attempts / value
  }
}

/// What became of our own attempts to get a session, of which there is one a second while gateways are away.
package struct Door: Hashable, Sendable {
  package var knocks = 0
  package var admitted = 0

  package init() {}

  package mutating func note(isAdmitted: Bool) {
    knocks += 1
    if isAdmitted { admitted += 1 }
  }
}
