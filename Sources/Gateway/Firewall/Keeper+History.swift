import LinuxIO
package import Posture

extension Keeper {
  /// Notes how trials ended while no helper saw it: they lapsed, or what confirmed them was killed before it could say so.
  func settle(_ told: [String: ClosingChange]) {
    let open = Swift.Set(trials.values.map(\.closing.id))
    let kept = Swift.Set(((try? store.read())?.closings ?? []).map(\.id))
    history.note(
      told.values.filter { !open.contains($0.id ?? "") }.sorted { $0.number < $1.number }.map { change in
        var end = change
        end.event = kept.contains(change.id ?? "") ? .confirmed : .lapsed
        (end.seconds, end.checks) = (nil, nil)
        if end.event == .lapsed { end.initiator = nil }
        return end
      })
  }

  /// Notes what happened to closings.
  func note(
    _ event: ClosingChange.Event, _ closings: [Closing], by initiator: Initiator? = nil,
    _ checks: [ClosingCheck]? = nil
  ) {
    let isClosed = [.applied, .verified, .confirmed].contains(event)
    history.note(
      closings.map { closing in
        ClosingChange(
          event, id: closing.id, plan: closing.plan, target: closing.target,
          initiator: event == .applied ? closing.initiator : initiator?.text, reasons: closing.reasons,
          seconds: isClosed ? closing.seconds : nil, checks: checks)
      })
  }

  /// Notes what happened to all of them.
  func note(_ event: ClosingChange.Event, count: Int) {
    history.note([ClosingChange(event, count: count)])
  }

  /// Notes that what was tried after closing is reached.
  package func verified(_ ids: [String], _ checks: [ClosingCheck]) throws(FirewallError) {
    guard ids.count <= Ruleset.closingLimit, checks.count <= ClosingCheck.Subject.allCases.count else {
      throw FirewallError(.refused, "that is more than can be tried")
    }
    try learn()
    let tried = trials.values.filter { ids.contains($0.closing.id) }.map { trial in
      var closing = trial.closing
      closing.seconds = left(trial.end)
      return closing
    }
    note(.verified, tried.sorted { $0.id < $1.id }, by: nil, checks)
  }
}
