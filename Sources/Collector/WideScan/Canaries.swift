/// Targets that have answered, asked again to see whether answers still come.
struct Canaries: Sendable {
  private var known: [UInt64] = []
  private var asked: [UInt64: Int64] = [:]
  /// In the order in which they were asked.
  private var order: [(target: UInt64, due: Int64)] = []
  private var head = 0
  private var cursor = 0

  private var turnAnswered = 0
  private var turnLost = 0

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

  /// Forgets one: whoever opts out is asked nothing more.
  mutating func forget(where isGone: (UInt64) -> Bool) {
    known.removeAll(where: isGone)
    cursor = 0
  }

  mutating func note(asked target: UInt64, until due: Int64) {
    asked[target] = due
    order.append((target, due))
  }

  /// Returns whether it was waited for.
  mutating func note(answer target: UInt64) -> Bool {
    guard asked.removeValue(forKey: target) != nil else { return false }
    turnAnswered += 1
    return true
  }

  private mutating func expire(at now: Int64) {
    while head < order.count, order[head].due <= now {
      if asked[order[head].target] == order[head].due {
        asked[order[head].target] = nil
        turnLost += 1
      }
      head += 1
    }
    if head > 4096 {
      order.removeFirst(head)
      head = 0
    }
  }

  /// What became of those whose time is over since the last turn.
  mutating func turn(at now: Int64) -> (asked: Int, lost: Int) {
    expire(at: now)
    defer { (turnAnswered, turnLost) = (0, 0) }
    return (turnAnswered + turnLost, turnLost)
  }
}
