import Casework
import FleetContract
package import Posture
package import Trials

extension FleetStore {
  /// What became of each subscriber of a trial whose time is over.
  package func outcomes(
    of trial: StoredTrial, within days: Int, now: WallTime
  ) throws(StoreError) -> [TrialResult.Outcome] {
    let span = Int64(days) * 86_400_000
    let heard = Dictionary(try fleet().map { ($0.gateway, $0.lastReceived) }) { first, _ in first }
    // The first that was detected while the trial ran, whatever came later: nobody chooses it.
    var first: [GatewayID: (episode: Episode, isUrgent: Bool)] = [:]
    try findings { record in
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
  package var isUrgent: Bool { finding.severity == .critical || namesFacility }
}
