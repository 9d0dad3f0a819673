import ArgumentParser
import Casework
import FleetContract
import FleetStore
import Posture
import Trials

/// One trial by its name, and what became of its subscribers.
enum TrialChoice {
  static func unknown(_ name: String) -> ExitCode {
    talk("no trial '\(name)' runs; 'trial list' shows those there are")
    return ExitCode(ExitStatus.notFound.rawValue)
  }

  static func find(_ name: String, in store: FleetStore) throws -> StoredTrial {
    guard let trial = try store.trials().first(where: { $0.name == name }) else { throw unknown(name) }
    return trial
  }

  /// What became of each subscriber whose time is over.
  static func outcomes(
    of trial: StoredTrial, within days: Int, in store: FleetStore, now: WallTime
  ) throws -> [TrialResult.Outcome] {
    let span = Int64(days) * 86_400_000
    let heard = Dictionary(try store.fleet().map { ($0.gateway, $0.lastReceived) }) { first, _ in first }
    // The first that was detected while the trial ran, whatever came later: nobody chooses it.
    var first: [GatewayID: (episode: Episode, isUrgent: Bool)] = [:]
    try store.findings { record in
      for episode in record.life?.episodes ?? []
      where episode.detected >= trial.started && trial.ended.map({ episode.detected < $0 }) ?? true {
        let known = first[record.gateway]
        if known.map({ episode.detected < $0.episode.detected }) ?? true {
          first[record.gateway] = (episode, record.isUrgent)
        }
      }
    }
    return first.compactMap { gateway, start in
      let end = start.episode.detected.milliseconds + span
      guard end <= now.milliseconds else { return nil }
      let isClosed = start.episode.closed.map { $0.milliseconds <= end } ?? false
      let isHeard = (heard[gateway]?.milliseconds ?? 0) >= end
      return TrialResult.Outcome(
        trial.trial.assign(gateway.text, isUrgent: start.isUrgent),
        isClosed: isClosed || isHeard ? isClosed : nil)
    }
  }
}

extension FindingRecord {
  /// What is told at once, to everybody.
  var isUrgent: Bool { finding.severity == .critical || namesFacility }
}
