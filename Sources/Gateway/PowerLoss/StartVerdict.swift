/// Why the agent started.
package enum StartVerdict: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nothing is known of an earlier start.
  case firstStart = "first_start"
  /// The program was started again, the machine was not.
  case restart
  /// The machine was started again in order.
  case reboot
  /// The machine was started again after a panic, or by its watchdog.
  case crash
  /// Power was lost, as far as can be told: so it may be for the whole neighbourhood.
  case powerLoss = "power_loss"
}

/// Something that speaks for a verdict.
package enum StartFact: String, Hashable, Sendable, Codable, CaseIterable {
  case noRecord = "no_record"
  /// The record of the last start is not whole.
  case damagedRecord = "damaged_record"
  case sameBoot = "same_boot"
  case otherBoot = "other_boot"
  case endedInOrder = "ended_in_order"
  case didNotEndInOrder = "did_not_end_in_order"
  /// The kernel kept a panic that was not there before (pstore).
  case panicKept = "panic_kept"
  /// The watchdog says that it reset the machine.
  case watchdogReset = "watchdog_reset"
  /// At least half of the devices known before came up together with us.
  case lanStartedAnew = "lan_started_anew"
  /// The devices known before had stayed up: so power was lost here, and not in the house.
  case lanStayedUp = "lan_stayed_up"
}

/// What was found at a start.
package struct StartEvidence: Hashable, Sendable {
  package enum Before: Hashable, Sendable {
    case nothing
    case damaged
    case record(StartRecord)
  }

  package var before: Before
  /// The name of the boot that we are in; `nil` where the kernel does not tell.
  package var bootID: String?
  package var panics: [String]
  package var watchdogReset: Bool
  /// What the LAN did meanwhile; `nil` where nobody has listened.
  package var lan: LANStart?

  package init(before: Before, bootID: String?, panics: [String] = [], watchdogReset: Bool = false) {
    self.before = before
    self.bootID = bootID
    self.panics = panics
    self.watchdogReset = watchdogReset
  }

  private var traces: [StartFact] {
    var known: Set<String> = []
    if case .record(let record) = before { known = Set(record.panics) }
    return (panics.contains { !known.contains($0) } ? [.panicKept] : [])
      + (watchdogReset ? [.watchdogReset] : [])
  }

  /// What the LAN says of a start after power was lost.
  private var neighbours: [StartFact] {
    switch lan?.verdict {
    case .startedAnew: [.lanStartedAnew]
    case .stayedUp: [.lanStayedUp]
    case .listening, .unclear, nil: []
    }
  }

  /// What speaks for ``verdict``, or in the end against it, the weightiest first.
  package var facts: [StartFact] {
    switch before {
    case .nothing: [.noRecord]
    case .damaged: [.damagedRecord] + traces + neighbours
    case .record(let record) where record.bootID == bootID: [.sameBoot]
    case .record(let record) where record.isClean: [.otherBoot, .endedInOrder]
    case .record: [.otherBoot, .didNotEndInOrder] + traces + neighbours
    }
  }

  /// What to make of it.
  ///
  /// In doubt power was lost: taking a crash for a blackout delays one report, taking a blackout for a crash brings
  /// everybody at once.
  package var verdict: StartVerdict {
    let facts = facts
    if facts.contains(.noRecord) { return .firstStart }
    if facts.contains(.sameBoot) { return .restart }
    if facts.contains(.endedInOrder) { return .reboot }
    return traces.isEmpty ? .powerLoss : .crash
  }

  /// How long the machine had been up when that was last noted, before another boot.
  package var lastUptime: Duration? {
    if case .record(let record) = before, record.bootID != bootID { record.uptime } else { nil }
  }

  /// The hold that this boot has begun and not ended.
  package var holdBegan: Duration? {
    if case .record(let record) = before, record.bootID == bootID { record.holdBegan } else { nil }
  }

  package var failures: Int {
    if case .record(let record) = before { record.failures } else { 0 }
  }
}
