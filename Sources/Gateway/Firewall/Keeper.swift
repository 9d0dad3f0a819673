import Addresses
import LinuxIO
package import Posture

/// Closes, confirms and opens: the kernel holds the trials and their end, the disk holds what was confirmed.
///
/// One process at a time may have one that changes things.
package final class Keeper {
  /// A confirmed closing holds so long when nobody renews it: a gateway from which we were removed opens by itself.
  ///
  /// But not what attackers try first: `nil` then, so that telnet does not come back because a helper could not be started
  /// for a week. Removing the package opens it too, and so does a restart of the machine without the package.
  private static func lease(_ reasons: [String]?) -> Int? {
    reasons?.contains("hard_list") == true ? nil : 7 * 86_400
  }

  let nft: NFTables
  let store: ClosedStore
  private let bootID: String
  private let now: () -> Duration
  /// The trials, each with when the kernel ends it.
  private(set) var trials: [ClosingTarget: (closing: Closing, end: Duration)] = [:]
  var sides: Sides?
  /// Opened although the disk could not be told: not to be closed again.
  private var forgotten: Set<ClosingTarget> = []
  private var isRead = false
  package var history: ClosingHistory

  package init(
    nft: NFTables, store: ClosedStore, history: ClosingHistory, bootID: String,
    now: @escaping () -> Duration = { Clocks.sinceBoot }
  ) {
    self.nft = nft
    self.store = store
    self.history = history
    self.bootID = bootID
    self.now = now
  }

  /// Closes on trial, all of the order or nothing, in one transaction.
  ///
  /// What is closed for good already stays so.
  package func close(_ order: CloseOrder, by initiator: Initiator) throws(FirewallError) -> [Closing] {
    try order.check(bootID: bootID)
    let kept = try store.read()
    try learn()
    // An interface by which the line once came stays closed: it may come by it again.
    let wanted = Sides(wan: currentSides(kept).wan, lan: order.sides.lan).adding(order.sides.wan)
    var text = Ruleset.structure(wanted) + (order.session.map(Ruleset.exempt) ?? "")
    var new: [Closing] = []
    for entry in order.entries where !kept.closings.contains(where: { $0.target == entry.target }) {
      if let other = trials[entry.target] {
        throw FirewallError(
          .permission,
          "\(entry.id) is on trial already, by \(other.closing.plan); confirm or undo that first. Nothing was changed"
        )
      }
      let closing = Closing(
        id: entry.id, target: entry.target, hold: .trial, plan: order.plan, initiator: initiator.text,
        reasons: entry.reasons, seconds: order.seconds)
      new.append(closing)
      text += Ruleset.close(closing, seconds: order.seconds)
    }
    if order.cutsFlows {
      text += Ruleset.cut(
        Swift.Set(order.entries.map(\.target.port).filter { $0.transport == .tcp }.map(\.number)))
    }
    try limit(kept, and: new)
    try nft.apply(text)
    sides = wanted
    for closing in new {
      forgotten.remove(closing.target)
      trials[closing.target] = (closing, now() + .seconds(order.seconds))
    }
    note(.applied, new)
    if order.cutsFlows { try cutFlows(order) }
    return new
  }

  /// A set that is full takes nothing, so the kernel is not even asked.
  private func limit(_ kept: ClosedStore.Document, and new: [Closing]) throws(FirewallError) {
    let targets = Swift.Set(kept.closings.map(\.target)).union(trials.keys).union(new.map(\.target))
    let fullest = Dictionary(grouping: targets, by: Ruleset.set).values.map(\.count).max() ?? 0
    guard fullest <= Ruleset.closingLimit,
      kept.closings.count + trials.count + new.count <= Ruleset.closingLimit
    else {
      throw FirewallError(
        .refused,
        "at most \(Ruleset.closingLimit) ports are kept closed at once; nothing was changed. Undo what is not needed"
      )
    }
  }

  /// Makes last what somebody has on trial of a plan; on disk first, so that what is confirmed is never lost.
  ///
  /// Others may try something else of the same plan: theirs is left to them.
  package func confirm(_ plan: String, by initiator: Initiator) throws(FirewallError) -> [Closing] {
    let before = try store.read()
    try learn()
    let all = trials.values.map(\.closing).filter { $0.plan == plan }
    guard !all.isEmpty else {
      throw FirewallError(
        .notFound,
        "nothing of \(plan) is on trial: it lapsed, was undone or is confirmed; see 'kadomori closings'")
    }
    let tried = all.filter { initiator.isInitiator($0.initiator) }.sorted { $0.id < $1.id }
    guard !tried.isEmpty else {
      throw FirewallError(
        .permission,
        "\(plan) was closed by somebody else, and only they can confirm it; 'kadomori undo' opens it")
    }
    var after = before
    let confirmed = tried.map { closing in
      var kept = closing
      kept.hold = .confirmed
      kept.seconds = Self.lease(closing.reasons)
      return kept
    }
    after.sides = sides ?? before.sides
    after.closings.removeAll { old in tried.contains { $0.target == old.target } }
    after.closings += confirmed.map {
      ClosedStore.Kept(
        id: $0.id, target: $0.target, plan: $0.plan, initiator: $0.initiator, reasons: $0.reasons,
        confirmed: Clocks.wall)
    }
    try store.write(after)
    do throws(FirewallError) {
      // With the structure: whoever flushed the table a moment ago has not made this fail.
      try nft.apply(
        Ruleset.structure(after.sides)
          + confirmed.map { Ruleset.close($0, seconds: $0.seconds) }.joined())
    } catch {
      try store.write(before)
      throw error
    }
    for closing in tried { trials[closing.target] = nil }
    note(.confirmed, confirmed, by: initiator)
    return confirmed
  }

  /// Opens what is named, by the id of a closing or of a plan; `checks` are what was lost by it, if that is why.
  package func undo(
    _ ids: [String], by initiator: Initiator, because checks: [ClosingCheck]? = nil
  ) throws(FirewallError) -> [Closing] {
    let kept = try store.read()
    try learn()
    let all = closings(kept)
    for id in ids where !all.contains(where: { $0.id == id || $0.plan == id }) {
      throw FirewallError(.notFound, "'\(id)' is not closed; see 'kadomori closings'. Nothing was changed")
    }
    let chosen = all.filter { ids.contains($0.id) || ids.contains($0.plan) }
    let targets = Swift.Set(chosen.map(\.target))
    // A table that is not there keeps nothing closed.
    if try nft.hasTable(Ruleset.table) { try nft.apply(chosen.map { Ruleset.open($0.target) }.joined()) }
    for target in targets { trials[target] = nil }
    note(checks == nil ? .undone : .rolledBack, chosen, by: initiator, checks)
    var rest = kept
    rest.closings.removeAll { targets.contains($0.target) }
    if rest != kept { try forget(targets) { () throws(FirewallError) in try store.write(rest) } }
    return chosen
  }

  /// Opens everything, also where the file is damaged; a table of our name that is not ours is left alone.
  package func undoAll(by initiator: Initiator) throws(FirewallError) {
    let kept = try? store.read()
    try? learn()
    let targets = Swift.Set(trials.keys).union(kept?.closings.map(\.target) ?? [])
    if try inKernel() != nil { try nft.apply("delete table inet \(Ruleset.table)\n") }
    try endHold()
    let opened = kept.map(closings) ?? trials.values.map(\.closing)
    trials = [:]
    isRead = true
    note(.undone, opened, by: initiator)
    if kept?.closings.isEmpty != true {
      try forget(targets) { () throws(FirewallError) in try store.write(.nothing) }
    }
  }

  /// What the disk could not be told is remembered here, and said.
  private func forget(
    _ targets: Swift.Set<ClosingTarget>, _ write: () throws(FirewallError) -> Void
  ) throws(FirewallError) {
    do throws(FirewallError) { try write() } catch {
      forgotten.formUnion(targets)
      throw FirewallError(
        error.code,
        "it is open now, but a reboot closes it again, because the disk could not be written: \(error)")
    }
  }

  /// What is closed now, by what the kernel says; trials that lapsed are gone.
  package func list() throws(FirewallError) -> [Closing] {
    let kept = try store.read()
    try learn()
    var dropped: [ClosingTarget: (seconds: Int?, packets: Int?)] = [:]
    for closing in try inKernel()?.closings ?? [] {
      dropped[closing.target] = (closing.seconds, closing.dropped)
    }
    return closings(kept).compactMap { closing in
      guard let facts = dropped[closing.target] else { return nil }
      var closing = closing
      (closing.seconds, closing.dropped) = facts
      return closing
    }
  }

  private func closings(_ kept: ClosedStore.Document) -> [Closing] {
    lapse()
    let confirmed = kept.closings.filter { !forgotten.contains($0.target) }.map(confirmed)
    return (confirmed + trials.values.map(\.closing)).sorted { $0.id < $1.id }
  }

  private func confirmed(_ kept: ClosedStore.Kept) -> Closing {
    Closing(
      id: kept.id, target: kept.target, hold: .confirmed, plan: kept.plan, initiator: kept.initiator,
      reasons: kept.reasons, seconds: Self.lease(kept.reasons))
  }

  /// Forgets the trials that the kernel has ended by now.
  package func lapse() {
    let time = now()
    let ended = trials.values.filter { $0.end <= time }.map(\.closing)
    guard !ended.isEmpty else { return }
    trials = trials.filter { $0.value.end > time }
    note(.lapsed, ended)
  }

  /// Whole seconds until then.
  func left(_ end: Duration) -> Int { Int((end - now()).components.seconds) }

  /// How many ports are kept closed, as far as this process knows without asking the kernel.
  var count: Int { (try? store.read()).map { closings($0).count } ?? 0 }

  /// Time until the next trial ends; `nil` without trials.
  var nextEnd: Duration? { trials.values.map(\.end).min().map { max(.zero, $0 - now()) } }

  /// Whether anything is closed, so that it is worth watching the firewall.
  package var hasClosings: Bool {
    lapse()
    return !trials.isEmpty || ((try? store.read()).map { !$0.closings.isEmpty } ?? false)
  }
}

extension Keeper {
  /// Takes over the trials that an earlier process left in the kernel, once.
  func learn() throws(FirewallError) {
    if !isRead { take(try inKernel()) }
    lapse()
  }

  private func take(_ found: (closings: [Closing], sides: Sides)?) {
    isRead = true
    let told = ClosingChange.open(history.changes)
    if let found {
      sides = found.sides
      for var closing in found.closings where closing.hold == .trial {
        closing.reasons = told[closing.id]?.reasons
        trials[closing.target] = (closing, now() + .seconds(closing.seconds ?? 0))
      }
    }
    settle(told)
  }

  /// Makes the kernel keep closed what is confirmed or on trial, and nothing else of ours.
  ///
  /// - Returns: how many closings were missing or too many.
  @discardableResult
  package func reassert() throws(FirewallError) -> Int {
    let kept = try store.read()
    let found = try inKernel()
    if !isRead { take(found) }
    let wanted = closings(kept)
    guard !wanted.isEmpty || found != nil else { return 0 }
    let there = Dictionary((found?.closings ?? []).map { ($0.target, $0) }, uniquingKeysWith: { $1 })
    let targets = Swift.Set(wanted.map(\.target))
    let missing = wanted.filter { there[$0.target]?.mark != $0.mark }
    let excess = there.keys.filter { !targets.contains($0) }
    var text = wanted.isEmpty ? "" : Ruleset.structure(currentSides(kept))
    for target in excess { text += Ruleset.open(target) }
    for closing in missing {
      let end = trials[closing.target].map { left($0.end) }
      if end != 0 { text += Ruleset.close(closing, seconds: end ?? closing.seconds) }
    }
    if !text.isEmpty { try nft.apply(text) }
    return missing.count + excess.count
  }

  /// Sets the lease of everything confirmed anew.
  package func renew() throws(FirewallError) {
    let kept = try store.read()
    let closings = closings(kept).filter { $0.hold == .confirmed }
    guard !closings.isEmpty else { return }
    try nft.apply(
      Ruleset.structure(currentSides(kept))
        + closings.map { Ruleset.close($0, seconds: $0.seconds) }.joined())
  }

  func currentSides(_ kept: ClosedStore.Document) -> Sides {
    sides ?? kept.sides
  }

  /// The table as it is now; `nil` where there is none.
  ///
  /// Throws for a table of our name that is not ours.
  private func inKernel() throws(FirewallError) -> (closings: [Closing], sides: Sides)? {
    guard let sets = try nft.sets(of: Ruleset.table) else { return nil }
    let byName = Dictionary(sets.map { ($0.name, $0.elem ?? []) }, uniquingKeysWith: +)
    guard Ruleset.closingSets.allSatisfy({ byName[$0] != nil }) else {
      throw FirewallError(
        .unavailable,
        "somebody else's table is called 'inet \(Ruleset.table)', so nothing was changed; see 'nft list table inet \(Ruleset.table)'"
      )
    }
    let closings = Ruleset.closingSets.flatMap { set in
      (byName[set] ?? []).compactMap { element -> Closing? in
        guard let target = element.target(in: set), let mark = element.comment else { return nil }
        return Closing(mark: mark, target: target, seconds: element.expires, dropped: element.packets)
      }
    }
    let names = { (set: String) in (byName[set] ?? []).compactMap(\.words.first) }
    return (closings, Sides(wan: names("wan_if"), lan: names("lan_if")))
  }
}
