package import Posture

/// How far one shard is.
package struct ShardProgress: Hashable, Sendable {
  package var isDone: Bool
  /// Whether somebody works on it.
  package var isHeld: Bool
  /// The try it is in, from 0, and how many of its targets it has come to in it.
  package var attempt: Int
  package var step: UInt64
  package var steps: UInt64
  /// How long it has been worked on, in seconds.
  package var worked: Double

  package init(isDone: Bool, isHeld: Bool, attempt: Int, step: UInt64, steps: UInt64, worked: Double) {
    self.isDone = isDone
    self.isHeld = isHeld
    self.attempt = attempt
    self.step = step
    self.steps = steps
    self.worked = worked
  }

  /// The part that is done, 0 to 1, where everybody is tried `tries` times.
  package func part(tries: Int) -> Double {
    if isDone { return 1 }
    guard steps > 0 else { return 0 }
    let gone = Double(attempt) * Double(steps) + Double(step)
    // Tries beyond the planned ones are made where many were missed: nobody knows how many more there will be.
    return min(0.999, gone / (Double(max(1, tries)) * Double(steps)))
  }
}

/// How far a campaign is, and how long it will take.
package struct CampaignProgress: Hashable, Sendable {
  /// 0 to 1.
  package let part: Double
  package let done: Int
  package let held: Int
  package let waiting: Int
  /// How long the rest takes for as many workers as there are now; `nil` where nobody works, or nothing is known.
  package let left: Duration?

  package init(_ shards: [ShardProgress], tries: Int) {
    let parts = shards.map { $0.part(tries: tries) }
    let sum = parts.reduce(0, +)
    part = shards.isEmpty ? 0 : sum / Double(shards.count)
    done = shards.count(where: \.isDone)
    held = shards.count { $0.isHeld && !$0.isDone }
    waiting = shards.count - done - held
    let worked = shards.reduce(0) { $0 + $1.worked }
    if done == shards.count {
      left = .zero
    } else if held > 0, worked > 0, sum > 0 {
      // One worker takes so long for a whole shard.
      let each = worked / sum
      left = .seconds(((Double(shards.count) - sum) * each / Double(held)).rounded(.up))
    } else {
      left = nil
    }
  }
}
