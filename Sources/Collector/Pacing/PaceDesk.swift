package import Cryptography
package import FleetContract
package import FleetStore
import FoundationEssentials
import LinuxIO
package import MQTTClient
import Posture
package import Restoration
import ServiceLifecycle
import Synchronization

/// Something about outages and returns that an operator may want to know.
package enum PaceNotice: Sendable {
  case outage(group: String, away: Int, isPlanned: Bool)
  case returning(group: String)
  case ended(group: String)
  case published(group: String, AreaPolicy)
  /// New sessions take more of the capacity than is good for it.
  case loaded(Double)
  /// The broker has shown that it takes fewer new sessions a second than it was said to.
  case narrow(Double, told: Double)
  /// Another collector that shares the store decides; this one publishes what it decides.
  case standsBy
  /// This collector decides from now on.
  case decides
  case failed(String)
}

/// Looks at the fleet once a period, and has published what follows for its pace: signed, and on disk before.
package final class PaceDesk: ServiceLifecycle.Service {
  package struct Terms: Sendable {
    package var fleet: FleetTerms
    /// Where gateways that wait can ask; `nil` where no hints are served.
    package var place: PolicyHint.Place?

    package init(fleet: FleetTerms, place: PolicyHint.Place? = nil) {
      self.fleet = fleet
      self.place = place
    }
  }

  package let notices: AsyncStream<PaceNotice>
  private let notice: AsyncStream<PaceNotice>.Continuation
  private let store: FleetStore
  private let key: SigningKey
  private let terms: Terms
  private let hints: HintServer?
  private let keep: @Sendable (MQTTMessage) -> Void
  private let knock: (@Sendable () async -> Bool)?
  /// What came of knocking since the last look; `nil` while nobody has to knock.
  private let door = Mutex<Door?>(nil)
  /// The name under which this desk holds the right to decide; another in every run.
  private let name = String(UInt64.random(in: 0 ... .max), radix: 36)

  /// A gateway reports its state every six hours; one that has let two such times pass is gone without a word.
  private static let silence: Int64 = 13 * 3_600_000

  /// `keep` publishes a message that the broker keeps, and `knock` tries whether the broker lets anybody in.
  package init(
    _ store: FleetStore, key: SigningKey, terms: Terms, hints: HintServer?,
    knock: (@Sendable () async -> Bool)? = nil, keep: @escaping @Sendable (MQTTMessage) -> Void
  ) {
    self.store = store
    self.key = key
    self.terms = terms
    self.hints = hints
    self.keep = keep
    self.knock = knock
    (notices, notice) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
  }

  package func run() async throws {
    defer { notice.finish() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watchDoor() }
      await self.watchFleet()
      group.cancelAll()
    }
  }

  /// Knocks once a second while gateways are away; a broker that is slow to answer has a few waiting.
  private func watchDoor() async {
    guard let knock else { return }
    await withTaskGroup(of: Void.self) { group in
      var waiting = 0
      while !Task.isCancelled, !Task.isShuttingDownGracefully {
        if door.withLock({ $0 != nil }) {
          if waiting == Self.patientKnocks { waiting -= await group.next() == nil ? 0 : 1 }
          waiting += 1
          group.addTask {
            let isAdmitted = await knock()
            self.door.withLock { $0?.note(isAdmitted: isAdmitted) }
          }
        }
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
      }
    }
  }

  /// The most that wait for an answer at once: each of them for a few seconds at most.
  private static let patientKnocks = 8

  private func watchFleet() async {
    var watch = restored()
    for (group, area) in watch.areas { publish(group, area.policy) }
    var last = Clocks.wall
    var decides: Bool?
    var isKept = false
    var rolls = Rolls()
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        // Three looks that do not come, and another collector decides.
        let isMine = try store.holdRestoration(name, seconds: terms.fleet.period * 3)
        if isMine != decides {
          if isMine == false || decides == false { notice.yield(isMine ? .decides : .standsBy) }
          decides = isMine
          isKept = false
          watch = follow(watch)
        }
        if isMine {
          watch = try look(watch, since: last, isKept: isKept, &rolls)
          isKept = true
        } else {
          watch = follow(watch)
        }
      } catch {
        notice.yield(.failed("\(error)"))
      }
      last = Clocks.wall
      try? await cancelWhenGracefulShutdown { [terms] in
        try await Task.sleep(for: .seconds(terms.fleet.period))
      }
    }
    try? store.releaseRestoration(name)
  }

  /// Publishes what whoever decides has decided since.
  private func follow(_ old: FleetWatch) -> FleetWatch {
    guard let kept = kept() else { return old }
    door.withLock { $0 = nil }
    for (group, area) in kept.areas.sorted(by: { $0.key < $1.key }) {
      let before = old.areas[group]?.policy
      if before != area.policy {
        publish(group, area.policy, isNew: before?.version != area.policy.version)
      }
    }
    return kept
  }

  /// What an earlier run knew; a state that cannot be read is begun anew, with versions that are higher all the same.
  private func restored() -> FleetWatch { kept() ?? FleetWatch() }

  private func kept() -> FleetWatch? {
    guard let (text, _) = try? store.restoration() else { return nil }
    return try? JSONDecoder().decode(FleetWatch.self, from: Data(text.utf8))
  }

  /// One look, by the wall clock of this machine.
  private func look(_ old: FleetWatch, since last: WallTime, isKept: Bool, _ rolls: inout Rolls) throws
    -> FleetWatch
  {
    var watch = old
    let now = Clocks.wall
    try rolls.refresh(store, now: now)
    let census = try census(for: old, now: now, since: last, known: rolls)
    let planned = try store.announcedOutages(at: now).map {
      PlannedOutage(
        area: $0.group, from: $0.from.milliseconds, until: $0.until.milliseconds, expected: $0.expected)
    }
    let heard = door.withLock { $0 }
    let changed = watch.look(
      at: census, door: heard ?? Door(), planned: planned, terms: terms.fleet, now: now.milliseconds)
    door.withLock { $0 = watch.isWaiting ? Door() : nil }
    // Nothing leaves that a restart would not go on from: no version is ever given twice.
    if watch != old || !isKept {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let text = String(decoding: try encoder.encode(watch), as: UTF8.self)
      // Too slow, and another decides meanwhile: the next look finds that out.
      guard try store.keepRestoration(text, at: now, by: name) else { return old }
    }
    for group in changed.sorted() {
      guard let policy = watch.areas[group]?.policy else { continue }
      publish(group, policy, isNew: policy.version != old.areas[group]?.policy.version)
    }
    tell(watch, old)
    return watch
  }

  private func census(
    for watch: FleetWatch, now: WallTime, since last: WallTime, known: Rolls
  ) throws(StoreError) -> [String: AreaCensus] {
    func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }
    var changes = try store.changes(lost: time(now.milliseconds - FleetWatch.recent), born: last)
    for (group, area) in watch.areas where area.isOut {
      let horizon = watch.horizon(of: group, now: now.milliseconds)
      changes[group] = try store.changes(of: group, lost: time(horizon), born: last)
    }
    var census: [String: AreaCensus] = [:]
    for (group, count) in known.enrolled {
      let change = changes[group]
      census[group] = AreaCensus(
        known: count, away: (change?.away ?? 0) + (known.silent[group] ?? 0), returned: change?.returned ?? 0)
    }
    return census
  }

  /// What takes a look at every gateway, and so is not asked every time.
  private struct Rolls {
    /// For how many looks it is good.
    static let life = 10

    var enrolled: [String: Int] = [:]
    var silent: [String: Int] = [:]
    var looks = 0

    mutating func refresh(_ store: FleetStore, now: WallTime) throws(StoreError) {
      looks += 1
      // A group's first gateway should not have to wait for a policy.
      guard enrolled.isEmpty || looks >= Self.life else { return }
      enrolled = try store.enrolledCounts()
      silent = try store.silentCounts(since: WallTime(milliseconds: now.milliseconds - PaceDesk.silence))
      looks = 0
    }
  }

  private func tell(_ watch: FleetWatch, _ old: FleetWatch) {
    for (group, area) in watch.areas {
      let before = old.areas[group]
      if area.isOut, before?.isOut != true, let outage = area.outage {
        notice.yield(.outage(group: group, away: outage.away, isPlanned: outage.cause == .planned))
      }
      if area.outage?.returning != nil, before?.outage?.returning == nil {
        notice.yield(.returning(group: group))
      }
      if before?.isOut == true, !area.isOut { notice.yield(.ended(group: group)) }
    }
    if let capacity = watch.capacity, capacity < terms.fleet.capacity,
      old.capacity.map({ capacity < $0 }) ?? true
    {
      notice.yield(.narrow(capacity, told: terms.fleet.capacity))
    }
    if watch.load > 0.9 { notice.yield(.loaded(watch.load)) }
  }

  /// Signs what is in force for a group.
  ///
  /// The broker is given policies alone: a speed is for those who are away, and everybody who is not would hear of it
  /// every half minute.
  private func publish(_ group: String, _ policy: AreaPolicy, isNew: Bool = true) {
    do {
      guard let name = TopicName(group) else { return }
      let payload = try Self.payload(name, policy, terms, key)
      hints?.answer(name, with: payload)
      if isNew {
        keep(
          MQTTMessage(
            topic: Topic.policy(group: name).description, payload: payload, retain: true,
            contentType: SignedPolicy.contentType))
      }
      notice.yield(.published(group: group, policy))
    } catch {
      notice.yield(.failed("the policy of group '\(group)' is not published: \(error)"))
    }
  }

  /// The signed payload of a group's policy.
  package static func payload(
    _ group: TopicName, _ policy: AreaPolicy, _ terms: Terms, _ key: SigningKey
  ) throws -> [UInt8] {
    let document = PolicyDocument(
      group: group, mark: PolicyMark(version: policy.version, step: policy.step),
      windowSeconds: policy.windowSeconds, criticalShare: terms.fleet.criticalShare,
      lowShare: terms.fleet.lowShare, speed: policy.speed, epoch: policy.epoch, hint: terms.place)
    let bytes = try document.bytes()
    let signature = SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
    return try SignedPolicy(bytes: bytes, signature: signature).payload()
  }
}
