/// Targets that have answered, asked again to see whether answers still come.
struct Canaries: Sendable {
  /// What became of those that were asked at one speed.
  struct Tally: Hashable, Sendable {
    var asked = 0
    var lost = 0
  }

  private struct Question {
    var target: UInt64
    var due: Int64
    var speed: Int
  }

  private var known: [UInt64] = []
  /// Those that are being asked, and whether they have answered.
  private var asked: [UInt64: Bool] = [:]
  /// In the order in which they were asked.
  private var questions: [Question] = []
  private var head = 0
  private var cursor = 0

  /// So many are kept in mind.
  private static let most = 4096

  var isFull: Bool { known.count >= Self.most }

  /// Takes a target that has just been found to answer.
  mutating func add(_ target: UInt64) {
    if !isFull { known.append(target) }
  }

  /// The next to be asked, each in its turn; `nil` when there is none that is not being asked already.
  mutating func next() -> UInt64? {
    guard !known.isEmpty else { return nil }
    cursor = cursor + 1 < known.count ? cursor + 1 : 0
    return asked[known[cursor]] == nil ? known[cursor] : nil
  }

  /// Forgets some: whoever opts out is asked nothing more.
  mutating func forget(where isGone: (UInt64) -> Bool) {
    known.removeAll(where: isGone)
    cursor = 0
  }

  mutating func note(asked target: UInt64, until due: Int64, speed: Int) {
    asked[target] = false
    questions.append(Question(target: target, due: due, speed: speed))
  }

  /// Returns whether it was waited for.
  mutating func note(answer target: UInt64) -> Bool {
    guard asked[target] == false else { return false }
    asked[target] = true
    return true
  }

  /// What became of those whose time is over since the last turn, by the speed at which they were asked.
  ///
  /// Answers count when the time is over too: they come sooner than it is known that others do not.
  mutating func turn(at now: Int64) -> [Int: Tally] {
    var tallies: [Int: Tally] = [:]
    while head < questions.count, questions[head].due <= now {
      let question = questions[head]
      let hasAnswered = asked.removeValue(forKey: question.target) ?? false
      tallies[question.speed, default: Tally()].asked += 1
      if !hasAnswered { tallies[question.speed, default: Tally()].lost += 1 }
      head += 1
    }
    if head > 4096 {
      questions.removeFirst(head)
      head = 0
    }
    return tallies
  }
}
