package import Addresses

/// What was learned of one target.
package struct Sighting: Hashable, Sendable {
  package var address: IPAddress
  package var transport: ProbeTransport
  /// 0 for an echo.
  package var port: UInt16
  /// The question that was asked, of UDP.
  package var question: DatagramQuestion?
  package var state: TargetState
  /// Who said so, where it was not the target.
  package var by: IPAddress?
  /// Time to live, or hop limit, that was left; `nil` where the kernel has kept it to itself.
  package var hops: UInt8?
  /// Which try was answered, from 1.
  package var attempt: Int
  /// The length of the customer's prefix that the address was made up in.
  package var customerPrefix: Int?

  /// Whether all that speaks for it is the address and the port that it came from.
  package var isUnproven: Bool { state == .open && question?.proofBits == 0 }
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
    case .answer(let answer): return take(answer)
    }
  }

  /// Takes an answer that has been believed.
  mutating func take(_ answer: Verdict.Answer) -> Reaction {
    let target = answer.target
    // An answer that proves a probe of another part of this scan is for whoever sent that.
    guard let step = shard.step(of: permutation.position(of: target.index)) else {
      counts.unrelated += 1
      return .none
    }
    if target.transport == .udp { traffic.heard(answer.octets, slot: slot(of: target)) }
    var reaction = Reaction()
    if target.transport == .tcp, answer.state == .open || answer.state == .tarpit {
      reaction.reset = Reaction.Reset(
        target: target, kind: answer.kind, sequence: answer.acknowledgement)
    }
    reaction.sighting = news(answer, step: step)
    return reaction
  }

  private mutating func news(_ answer: Verdict.Answer, step: UInt64) -> Sighting? {
    let (target, state) = (answer.target, answer.state)
    guard case .attempt(let number) = answer.kind else {
      if !canaries.note(answer: target.index) { counts.repeated += 1 }
      return nil
    }
    // What is settled stays: a port that was open is not closed by a reset that comes late.
    guard !settled[target.index] else {
      counts.repeated += 1
      return nil
    }
    let isFirst = reported.insert(target.index)
    // Of a made-up address, that it does not exist is the answer that was looked for.
    let isLast = state.isSettled || target.customerPrefix != nil
    guard isFirst || isLast else {
      counts.repeated += 1
      return nil
    }
    if isLast { settle(target, isSample: target.transport != .udp || state == .open, number, step) }
    counts.add(state)
    if let prefix = target.customerPrefix, answer.by != target.address {
      periphery.note(answer.by, prefix: target.number >> UInt128(128 - prefix))
    }
    return Sighting(
      address: target.address, transport: target.transport, port: target.port,
      question: space.services[slot(of: target)].question, state: state,
      by: answer.by == target.address ? nil : answer.by, hops: answer.hops, attempt: number + 1,
      customerPrefix: target.customerPrefix)
  }

  /// Whoever tells of a closed UDP port does so as often as its kernel lets it (RFC 1812, section 4.3.2.8; RFC 4443,
  /// section 2.4): that says nothing of what the line loses, and is no sample of it.
  private mutating func settle(_ target: Target, isSample: Bool, _ attempt: Int, _ step: UInt64) {
    _ = settled.insert(target.index)
    guard isSample else { return }
    if attempt < counts.rounds.count { counts.rounds[attempt].found += 1 }
    if attempt == 0 { stretches.answered(step) }
    // Answers to what left before somebody opted out come later.
    if !isLeftAlone(target) { canaries.add(target.index) }
  }

  func slot(of target: Target) -> Int { Int(target.index % UInt64(space.services.count)) }

  /// How many targets nobody has said anything of: their answers are filtered out, or lost, or there is no host.
  package var silent: UInt64 { steps - UInt64(reported.words.reduce(0) { $0 + $1.nonzeroBitCount }) }
}
