import LinuxIO
package import Posture

extension Keeper {
  /// Notes what became of closings while no helper saw it, or could not say so before it was killed: `told` is what is
  /// noted to be closed.
  func settle(_ told: [String: ClosingChange]) {
    guard let document = try? store.read() else { return }
    let trials = Swift.Set(trials.values.map(\.closing.id))
    let kept = Dictionary(document.closings.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    var news: [ClosingChange] = []
    for change in told.values.sorted(by: { $0.number < $1.number }) {
      guard let id = change.id, !trials.contains(id) else { continue }
      if kept[id] != nil, change.event == .confirmed { continue }
      var end = change
      end.event = kept[id] != nil ? .confirmed : change.event == .applied ? .lapsed : .undone
      (end.seconds, end.checks) = (nil, nil)
      if kept[id] == nil { end.initiator = nil }
      news.append(end)
    }
    news += document.closings.filter { told[$0.id] == nil }.map {
      ClosingChange(
        .confirmed, id: $0.id, plan: $0.plan, target: $0.target, initiator: $0.initiator, reasons: $0.reasons)
    }
    history.note(news)
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
