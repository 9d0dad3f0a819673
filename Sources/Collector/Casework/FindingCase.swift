package import Posture

/// A finding's life: detected, notified, acknowledged, acted, verified closed, reopened.
///
/// It is closed when the gateway no longer finds it *and* nobody outside sees it open: where it was seen open from
/// outside, a look from outside has to show that it is not any more.
package struct FindingCase: Hashable, Sendable {
  package enum Stage: String, Hashable, Sendable, Codable, CaseIterable {
    case detected, notified, acknowledged, acted
    /// The gateway no longer finds it, but from outside it was open when somebody looked last.
    case closedInside = "closed_inside"
    case closed, reopened
  }

  package private(set) var stage = Stage.detected
  /// Since when it is in that stage.
  package private(set) var since: WallTime
  package private(set) var reopenings = 0
  /// The oldest first; the last is the present one.
  package private(set) var episodes: [Episode]
  private var isOpenInside = true
  /// What told somebody in the present episode.
  private var tellings: [CaseStep] = []
  /// Whether it was open when somebody outside looked last.
  package private(set) var isOpenOutside = false

  /// Follows a finding; `nil` where nothing says that it was ever there.
  ///
  /// Steps are in their order; looks from outside may come in any.
  package init?(_ steps: [CaseStep], outside looks: [OutsideLook] = []) {
    guard let start = steps.firstIndex(where: { $0.kind == .opened }) else { return nil }
    let detected = steps[start].time
    since = detected
    episodes = [Episode(detected: detected)]
    var looks = looks.sorted { ($0.time, $1.isOpen ? 1 : 0) < ($1.time, $0.isOpen ? 1 : 0) }[...]
    while let look = looks.first, look.time < detected {
      isOpenOutside = look.isOpen
      looks.removeFirst()
    }
    for step in steps[(start + 1)...] {
      while let look = looks.first, look.time < step.time {
        take(look)
        looks.removeFirst()
      }
      take(step)
    }
    for look in looks { take(look) }
  }

  package var present: Episode { episodes[episodes.count - 1] }
  package var isClosed: Bool { stage == .closed }

  private mutating func enter(_ stage: Stage, at time: WallTime) {
    if self.stage != stage { since = time }
    self.stage = stage
  }

  private mutating func edit(_ change: (inout Episode) -> Void) { change(&episodes[episodes.count - 1]) }

  private mutating func take(_ step: CaseStep) {
    switch step.kind {
    case .opened:
      guard !isOpenInside else { return }
      isOpenInside = true
      reopen(at: step.time)
    case .closed:
      guard isOpenInside else { return }
      isOpenInside = false
      if !isClosed { edit { $0.closedInside = step.time } }
      settle(at: step.time)
    case .notified:
      tellings.append(step)
      advance(.notified, \.notified, at: step.time)
    case .returned:
      tellings = (tellings + [step]).told
      takeBack(at: step.time)
    case .acknowledged: advance(.acknowledged, \.acknowledged, at: step.time)
    case .acted: advance(.acted, \.acted, at: step.time)
    }
  }

  private mutating func take(_ look: OutsideLook) {
    isOpenOutside = look.isOpen
    if look.isOpen {
      if isClosed { reopen(at: look.time) }
      edit { $0.isVerifiedOutside = false }
    } else {
      // Also after it was closed: then it has been looked at again.
      edit { $0.isVerifiedOutside = true }
      settle(at: look.time)
    }
  }

  private mutating func reopen(at time: WallTime) {
    reopenings += 1
    if isClosed {
      episodes.append(Episode(detected: time))
      tellings = []
    } else {
      edit {
        $0.closedInside = nil
        $0.isVerifiedOutside = false
      }
    }
    enter(.reopened, at: time)
    since = time
  }

  /// A step that was made before counts; one for what is closed does not.
  private mutating func advance(
    _ stage: Stage, _ moment: WritableKeyPath<Episode, WallTime?>, at time: WallTime
  ) {
    guard !isClosed else { return }
    edit { if $0[keyPath: moment] == nil { $0[keyPath: moment] = time } }
    let order: [Stage] = [.detected, .reopened, .notified, .acknowledged, .acted]
    if let now = order.firstIndex(of: self.stage), let next = order.firstIndex(of: stage), next > now {
      enter(stage, at: time)
    }
  }

  /// Nobody was told after all, unless by something else; who said since that they know it knows it all the same.
  private mutating func takeBack(at time: WallTime) {
    guard !isClosed, present.acknowledged == nil, present.acted == nil else { return }
    let first = tellings.first?.time
    edit { $0.notified = first }
    if first == nil, stage == .notified { enter(reopenings > 0 ? .reopened : .detected, at: time) }
  }

  private mutating func settle(at time: WallTime) {
    guard !isOpenInside, !isClosed else { return }
    if isOpenOutside { return enter(.closedInside, at: time) }
    edit { $0.closed = time }
    enter(.closed, at: time)
  }
}

extension FindingCase: Encodable {
  private enum CodingKeys: String, CodingKey {
    case stage, since, reopenings, episodes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(stage, forKey: .stage)
    try container.encode(since, forKey: .since)
    try container.encode(reopenings, forKey: .reopenings)
    try container.encode(episodes, forKey: .episodes)
  }
}
