/// Tells from how long a device takes to answer whether our questions are too much for it.
struct Haste: Hashable, Sendable {
  /// So many answers are needed for a judgement.
  static let least = 16
  /// Below this nobody is slow.
  static let floor: Duration = .milliseconds(150)
  /// How many times longer than at its best answers take of a device that has become slow; and than those of
  /// the others, for where all are late the reason is this gateway.
  static let factor = 4
  /// How much less a slow device is asked.
  static let relief = 4
  /// When asking less did not help: a connection is given up at 800 ms.
  static let unbearable: Duration = .milliseconds(400)

  private var best: Duration?
  private(set) var recent: Duration = .zero
  private var answers = 0

  /// What is to be done about a device.
  enum Verdict { case fine, slow, unbearable }

  /// Takes in how long one answer took.
  mutating func note(_ time: Duration) {
    best = min(best ?? time, time)
    recent = answers == 0 ? time : recent + (time - recent) / 8
    answers += 1
  }

  /// Begins to count anew, after something was done.
  mutating func restart() { answers = 0 }

  var isTelling: Bool { answers >= Self.least }

  /// `others` is how long the answers of other devices take now.
  func verdict(others: Duration) -> Verdict {
    guard isTelling, let best, recent >= Self.floor, recent >= best * Self.factor,
      recent >= others * Self.factor
    else { return .fine }
    return recent >= Self.unbearable ? .unbearable : .slow
  }
}
