package import Addresses

/// What to send when, and what the answers mean: a scan without its sockets.
///
/// Everybody is tried once, in random order; then whoever has not answered is tried again, in the same order, and so on, so
/// that two tries of one target lie a whole round apart. Time is in nanoseconds of a clock that never goes back.
package struct ScanEngine: Sendable {
  package let space: TargetSpace
  package let shard: Shard
  package let settings: ScanSettings
  let permutation: Permutation
  let judge: Judge

  /// What is left to do.
  package enum Phase: Hashable, Sendable {
    case sending
    /// Everybody was tried; late answers are waited for.
    case settling(until: Int64)
    case done
  }

  package internal(set) var phase = Phase.sending
  /// Which try it is, from 0.
  package internal(set) var attempt = 0
  /// The next step of the shard.
  var step: UInt64 = 0
  var waiting = WaitingProbes()
  var settled: Bitmap
  var reported: Bitmap
  var canaries = Canaries()
  var watch = HitRateWatch()
  var stretches: Stretches
  package internal(set) var counts = ScanCounts()
  /// What was asked and answered by UDP, and who answered for made-up addresses, since this engine was made.
  package internal(set) var traffic: DatagramTraffic
  package internal(set) var periphery = Periphery()
  private var pacer: Pacer
  private var governor: SpeedGovernor
  private var limits: [GroupLimit] = []
  /// How many other probes come before the next canary.
  private var untilCanary: UInt64 = 0
  private var dice: UInt64
  private var turnEnds: Int64?
  private var hasAlarm = false
  /// Whether probes or answers of this round have met an interface that was down.
  private var isInterrupted = false
  /// Packets that this machine has lost since the last turn.
  private var dropped = 0
  /// Who has opted out since the scan was planned.
  package private(set) var optOuts = AddressSet.empty

  /// How long a turn of the governor is.
  private static let turnLength: Int64 = 250_000_000
  /// Positions that are passed over at most before the caller has its turn.
  private static let mostPassed = 65_536

  package init(
    _ space: TargetSpace, key: ScanKey, ports: SourcePorts, source4: IPv4Address?, source6: IPv6Address?,
    shard: Shard = .whole, settings: ScanSettings = ScanSettings()
  ) {
    self.space = space
    self.shard = shard
    self.settings = settings
    permutation = Permutation(count: space.count, key: key.order)
    let cookie = ProbeCookie(key: key.cookie, source4: source4?.bits ?? 0, source6: source6?.bits ?? 0)
    judge = Judge(
      space: space, bodies: ProbeBodies(cookie: cookie, ports: ports, services: space.services))
    traffic = DatagramTraffic(space.services)
    dice = key.order
    settled = Bitmap(count: space.count)
    reported = Bitmap(count: space.count)
    stretches = Stretches(steps: shard.count(of: space.count))
    pacer = Pacer(rate: min(settings.rate, settings.startRate))
    governor = SpeedGovernor(limit: settings.rate, start: settings.startRate)
    counts.rounds = [MissEstimate.Round()]
    if let rate = settings.ratePerPrefix {
      // Never finer than customers' prefixes: there would be far more limits than targets.
      let length6 = space.blocks.compactMap(\.each).reduce(ScanSettings.prefix6, min)
      limits.append(
        GroupLimit(
          blocks: space.blocks, length4: ScanSettings.prefix4, length6: length6, perSecond: rate))
    }
    if let rate = settings.ratePerCustomer, !settings.customers.isEmpty {
      limits.append(GroupLimit(customers: settings.customers, perSecond: rate))
    }
  }

  /// Probes a second, now.
  package var rate: Double { governor.rate }
  /// How often fewer answered than before.
  package var alarms: Int { watch.alarms }
  package var isSlowed: Bool { governor.isSlowed }
  package var steps: UInt64 { shard.count(of: space.count) }
  /// How many positions this round has come to.
  package var position: UInt64 { step }

  /// Leaves these alone from now on, also for probes that wait.
  package mutating func leaveAlone(_ addresses: AddressSet) {
    optOuts = addresses
    let space = space
    canaries.forget { addresses.contains(space.target(at: $0).address) }
  }

  func isLeftAlone(_ target: Target) -> Bool {
    !optOuts.isEmpty && optOuts.contains(number: target.number, isVersion4: target.isVersion4)
  }

  /// Puts what is to leave now into `probes`, at most `most`.
  package mutating func next(at now: Int64, atMost most: Int, into probes: inout [Probe]) {
    probes.removeAll(keepingCapacity: true)
    if case .settling(let end) = phase, now >= end { endRound() }
    guard phase == .sending else { return }
    let allowed = min(most, pacer.allowance(at: now))
    var passed = 0
    while probes.count < allowed, passed < Self.mostPassed {
      if untilCanary > 0 {
        untilCanary -= 1
      } else if let canary = canary(at: now) {
        probes.append(canary)
        continue
      }
      guard let step = nextStep(at: now) else { break }
      passed += 1
      guard let probe = probe(step, at: now) else { continue }
      probes.append(probe)
    }
    pacer.take(probes.count)
    counts.probes += probes.count
    if !traffic.isEmpty {
      for probe in probes where probe.target.transport == .udp { traffic.asked(slot(of: probe.target)) }
    }
    if step >= steps, waiting.first == nil { phase = .settling(until: now + settings.patience) }
  }

  private mutating func nextStep(at now: Int64) -> UInt64? {
    if let first = waiting.first, first.time <= now { return waiting.popFirst()?.step }
    guard step < steps, !waiting.isFull else { return nil }
    step += 1
    if attempt == 0 { stretches.sent(step - 1, at: now) }
    return step - 1
  }

  private mutating func probe(_ step: UInt64, at now: Int64) -> Probe? {
    let index = permutation.value(at: shard.position(step))
    if attempt > 0, settled[index] { return nil }
    let target = space.target(at: index)
    if isLeftAlone(target) {
      counts.optedOut += 1
      return nil
    }
    guard mayLeave(target, at: now, step: step) else { return nil }
    return Probe(target: target, kind: .attempt(attempt))
  }

  /// Whether every group that it is of has its distance; notes it as sent, or has it wait.
  private mutating func mayLeave(_ target: Target, at now: Int64, step: UInt64?) -> Bool {
    guard !limits.isEmpty else { return true }
    let time = limits.map { $0.time(for: target) }.max() ?? .min
    guard time <= now else {
      if let step { waiting.insert(WaitingProbes.Entry(time: time, step: step)) }
      return false
    }
    for place in limits.indices { limits[place].take(target, at: now) }
    return true
  }

  private mutating func canary(at now: Int64) -> Probe? {
    guard let index = canaries.next() else { return nil }
    let target = space.target(at: index)
    guard !isLeftAlone(target) else { return nil }
    guard mayLeave(target, at: now, step: nil) else { return nil }
    canaries.note(
      asked: index, until: now + min(settings.patience / 2, ScanSettings.canaryPatience),
      speed: governor.speed)
    // At a random place: what is first after a pause gets through a full line more easily than the rest.
    dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let mean = max(ScanSettings.canaryShare, UInt64(governor.rate * ScanSettings.canaryDistance))
    untilCanary = (dice >> 33) % (2 * mean) + 1
    return Probe(target: target, kind: .canary)
  }

  private mutating func endRound() {
    countCanaries(at: .max)
    // Who answered while nothing could be heard is not known to have been missed; a round more asks them again.
    let isEnough = !isInterrupted && attempt + 1 >= settings.tries && missed.high <= settings.toleratedMiss
    guard !isEnough, attempt + 1 < max(settings.tries, min(settings.mostTries, SourcePorts.tries)) else {
      phase = .done
      return
    }
    isInterrupted = false
    attempt += 1
    step = 0
    counts.rounds.append(MissEstimate.Round())
    phase = .sending
  }

  /// How many that answer are missed so far, by the rounds that have been gone through.
  package var missed: MissEstimate { MissEstimate(counts.rounds) }

  /// Counts the canaries whose time is over.
  @discardableResult
  private mutating func countCanaries(at now: Int64) -> [Int: Canaries.Tally] {
    let tallies = canaries.turn(at: now)
    for tally in tallies.values {
      counts.rounds[attempt].canaries += tally.asked
      counts.rounds[attempt].canariesAnswered += tally.asked - tally.lost
    }
    return tallies
  }

  /// Takes word of packets that this machine lost: its queue was full, or the ring was.
  package mutating func lost(sending: Int, receiving: Int) {
    counts.notSent += sending
    counts.notHeard += receiving
    dropped += sending + receiving
  }

  /// Takes word that nothing could be sent or heard for a while until `now`.
  package mutating func interrupted(until now: Int64) {
    isInterrupted = true
    if case .settling = phase { phase = .settling(until: now + settings.patience) }
  }

  /// Adapts the speed when a turn is over.
  package mutating func tick(at now: Int64) {
    while let stretch = stretches.next(at: now, patience: settings.patience / 4) {
      if watch.add(probes: stretch.probes, answers: stretch.answers) { hasAlarm = true }
    }
    guard let end = turnEnds else {
      turnEnds = now + Self.turnLength
      return
    }
    guard now >= end else { return }
    turnEnds = now + Self.turnLength
    governor.turn(countCanaries(at: now), alarm: hasAlarm, dropped: dropped)
    (hasAlarm, dropped) = (false, 0)
    pacer.rate = governor.rate
  }

  /// Nanoseconds in which there is nothing to send.
  package func pause(at now: Int64) -> Int64 {
    switch phase {
    case .done: return 0
    case .settling(let end): return max(0, end - now)
    case .sending:
      let isHeld = step >= steps || waiting.isFull
      let held = isHeld ? max(0, (waiting.first?.time ?? now) - now) : 0
      return max(pacer.pause, held)
    }
  }
}

/// The secrets of one scan: who knows them can foretell its order and forge its answers.
package struct ScanKey: Hashable, Sendable {
  let order: UInt64
  let cookie: SipHash
  package let bytes: [UInt8]

  /// Takes 24 octets.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 24 else { return nil }
    func word(_ place: Int) -> UInt64 {
      bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.bytes = bytes
    order = word(0)
    cookie = SipHash(word(8), word(16))
  }

  /// The key that makes up hosts in customers' prefixes.
  package var hosts: SipHash { SipHash(order, ~order) }
}
