import Casework
import Posture

extension Standing {
  /// Follows a step that its gateway reports, where nobody outside has looked: then its life is what it was and this
  /// step, and need not be read.
  ///
  /// `nil` where more has to be known: ``FindingCase`` says what comes of all steps and looks. `past` is the episode that
  /// is no longer the present one.
  func following(isOpen: Bool, at time: WallTime) -> (standing: Standing, past: Episode?)? {
    var next = self
    next.since = time
    switch (stage, isOpen) {
    case (.detected?, false), (.notified?, false), (.acknowledged?, false), (.acted?, false),
      (.reopened?, false):
      next.stage = .closed
      next.closed = time
      return (next, nil)
    case (.closed?, true):
      guard let closed else { return nil }
      var past = Episode(detected: detected)
      past.closed = closed
      next.stage = .reopened
      next.detected = time
      next.notified = nil
      next.closed = nil
      next.episodes += 1
      return (next, past)
    default: return nil
    }
  }

  /// The first step of all.
  static func beginning(isOpen: Bool, at time: WallTime) -> Standing {
    Standing(FindingCase([CaseStep(isOpen ? .opened : .closed, at: time)]))
  }
}
