package import Addresses

/// What was learned of one target.
package struct Sighting: Hashable, Sendable {
  package var address: IPAddress
  package var port: UInt16
  package var state: TargetState
  /// Who said so, where it was not the target.
  package var by: IPAddress?
  /// Time to live, or hop limit, that was left.
  package var hops: UInt8
  /// Which try was answered, from 1.
  package var attempt: Int
}

/// What is to be done about a frame that came.
package struct Reaction: Hashable, Sendable {
  /// News of a target.
  package var sighting: Sighting?
  /// A half-open connection that has to be ended.
  package var reset: Reset?

  package struct Reset: Hashable, Sendable {
    package var target: Target
    package var kind: ProbeKind
    package var sequence: UInt32
  }

  static let none = Reaction()
}

/// What a scan has come to, in numbers.
package struct ScanCounts: Hashable, Sendable {
  /// Probes sent, canaries included.
  package var probes = 0
  package var open = 0
  package var closed = 0
  package var filtered = 0
  package var unreachable = 0
  package var tarpits = 0
  /// What each round brought that tells how many are missed.
  package var rounds: [MissEstimate.Round] = []
  /// Genuine answers of targets of which nothing new was learned.
  package var repeated = 0
  /// Answers that prove no knowledge of a probe.
  package var forged = 0
  package var unrelated = 0
  /// Probes not sent since somebody had opted out.
  package var optedOut = 0
  /// Probes that the kernel did not take.
  package var notSent = 0
  /// Answers that came while there was no room for them.
  package var notHeard = 0

  package init() {}

  mutating func add(_ state: TargetState, _ number: Int = 1) {
    switch state {
    case .open: open += number
    case .closed: closed += number
    case .filtered: filtered += number
    case .unreachable: unreachable += number
    case .tarpit: tarpits += number
    }
  }
}

extension ScanEngine {
  /// Takes one frame.
  package mutating func hear(_ heard: Heard, at now: Int64) -> Reaction {
    switch judge.judge(heard) {
    case .forged:
      counts.forged += 1
      return .none
    case .unrelated:
      counts.unrelated += 1
      return .none
    case .answer(let target, let state, let kind, let by, let hops, let acknowledgement):
      let step = shard.step(of: permutation.position(of: target.index))
      // An answer that proves a probe of another part of this scan is for whoever sent that.
      guard let step else {
        counts.unrelated += 1
        return .none
      }
      var reaction = Reaction()
      if state == .open || state == .tarpit {
        reaction.reset = Reaction.Reset(target: target, kind: kind, sequence: acknowledgement)
      }
      reaction.sighting = news(target, state, kind, by: by, hops: hops, step: step)
      return reaction
    }
  }

  private mutating func news(
    _ target: Target, _ state: TargetState, _ kind: ProbeKind, by: IPAddress, hops: UInt8, step: UInt64
  ) -> Sighting? {
    guard case .attempt(let number) = kind else {
      if !canaries.note(answer: target.index) { counts.repeated += 1 }
      return nil
    }
    // What is settled stays: a port that was open is not closed by a reset that comes late.
    guard !settled[target.index] else {
      counts.repeated += 1
      return nil
    }
    let isFirst = reported.insert(target.index)
    guard isFirst || state.isSettled else {
      counts.repeated += 1
      return nil
    }
    if state.isSettled {
      _ = settled.insert(target.index)
      if number < counts.rounds.count { counts.rounds[number].found += 1 }
      if number == 0 { stretches.answered(step) }
      canaries.add(target.index)
    }
    counts.add(state)
    return Sighting(
      address: target.address, port: target.port, state: state, by: by == target.address ? nil : by,
      hops: hops,
      attempt: number + 1)
  }
}
