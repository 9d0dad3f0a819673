/// The first round in stretches of equal length, each with the answers to its own probes, however late they came.
struct Stretches: Sendable {
  private let length: UInt64
  private var answers: [UInt32]
  private var ends: [Int64]
  private var judged = 0
  /// The step before which the stretch that is being sent ends.
  private var end: UInt64

  /// A round has 500 stretches, if each then has 64 probes.
  private static let wanted: UInt64 = 500
  private static let shortest: UInt64 = 64

  init(steps: UInt64) {
    length = max(Self.shortest, steps / Self.wanted)
    let count = Int(steps / length)
    answers = [UInt32](repeating: 0, count: count)
    end = length
    ends = []
    ends.reserveCapacity(count)
  }

  /// Takes steps in their order.
  mutating func sent(_ step: UInt64, at now: Int64) {
    guard step + 1 >= end else { return }
    end += length
    if ends.count < answers.count { ends.append(now) }
  }

  mutating func answered(_ step: UInt64) {
    let place = Int(step / length)
    if place < answers.count { answers[place] += 1 }
  }

  /// The next stretch whose answers have had the time to come.
  mutating func next(at now: Int64, patience: Int64) -> (probes: Int, answers: Int)? {
    guard judged < ends.count, ends[judged] + patience <= now else { return nil }
    judged += 1
    return (Int(length), Int(answers[judged - 1]))
  }

  /// Begins at a step of a scan that goes on: stretches before it are not judged again.
  mutating func skip(to step: UInt64) {
    let place = min(answers.count, Int((step + length - 1) / length))
    ends = [Int64](repeating: .min, count: place)
    judged = place
    end = UInt64(place + 1) * length
  }
}
