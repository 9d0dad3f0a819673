/// What a trial shows: how many of each arm closed their finding, beside those who heard nothing.
package struct TrialResult: Hashable, Sendable, Encodable {
  /// What became of one subscriber, by looking again: whoever was drawn counts where it was drawn, whether the notice
  /// reached it or not (intention to treat).
  package struct Outcome: Hashable, Sendable {
    package var assignment: Trial.Assignment
    /// `nil` where nobody could look again; counted as still open, and told.
    package var isClosed: Bool?

    package init(_ assignment: Trial.Assignment, isClosed: Bool?) {
      self.assignment = assignment
      self.isClosed = isClosed
    }
  }

  /// One arm beside the hold-out.
  package struct Effect: Hashable, Sendable, Encodable {
    package var arm: String
    package var closed: Proportion
    /// Nobody could look again.
    package var unseen: Int
    /// The share closed, less the hold-out's.
    package var difference: Double
    /// With 95 % for all arms together: of several arms each has its part of the 5 % (Bonferroni).
    package var low: Double
    package var high: Double

    /// Whether chance alone explains it badly: the interval is on one side of zero.
    package var isShown: Bool { low > 0 || high < 0 }
  }

  /// What heals without any notice.
  package var natural: Proportion
  package var naturalUnseen: Int
  /// In the order of the trial's arms.
  package var effects: [Effect]

  private enum CodingKeys: String, CodingKey {
    case natural, effects
    case naturalUnseen = "natural_unseen"
  }

  package init(_ trial: Trial, _ outcomes: some Sequence<Outcome>) {
    var closed: [Trial.Assignment: Int] = [:]
    var total: [Trial.Assignment: Int] = [:]
    var unseen: [Trial.Assignment: Int] = [:]
    for outcome in outcomes {
      total[outcome.assignment, default: 0] += 1
      if outcome.isClosed == true { closed[outcome.assignment, default: 0] += 1 }
      if outcome.isClosed == nil { unseen[outcome.assignment, default: 0] += 1 }
    }
    func proportion(_ assignment: Trial.Assignment) -> Proportion {
      Proportion(closed[assignment] ?? 0, of: total[assignment] ?? 0)
    }
    let natural = proportion(.holdOut)
    self.natural = natural
    naturalUnseen = unseen[.holdOut] ?? 0
    let alpha = 0.05 / Double(trial.arms.count)
    effects = trial.arms.map { arm in
      let share = proportion(.arm(arm.name))
      let interval = Proportion.difference(share, natural, alpha: alpha)
      return Effect(
        arm: arm.name, closed: share, unseen: unseen[.arm(arm.name)] ?? 0,
        difference: share.share - natural.share, low: interval.lowerBound, high: interval.upperBound)
    }
  }
}
