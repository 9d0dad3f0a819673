import Casework
import FleetContract
import SQLStore
package import Posture
package import Trials

extension FleetStore {
  /// What became of each subscriber of a trial whose time is over.
  package func outcomes(
    of trial: StoredTrial, within days: Int, now: WallTime
  ) throws(StoreError) -> [TrialResult.Outcome] {
    let span = Int64(days) * 86_400_000
    // What was detected later has time left; the end of the trial itself is not in it.
    let last = min(now.milliseconds - span, trial.ended.map { $0.milliseconds - 1 } ?? .max)
    return try view { db in
      try Self.firstEpisodes(from: trial.started.milliseconds, to: last, db).compactMap { gateway, first in
        guard let id = GatewayID(gateway),
          let row = try Row.fetchOne(
            db.cachedStatement(
              sql: """
                SELECT g.last_received, f.closed FROM gateway AS g JOIN finding AS f ON f.gateway = g.id
                WHERE g.id = ? AND f.id = ?
                """), arguments: [gateway, first.finding])
        else { return nil }
        let end = first.detected + span
        let closed = first.isPast ? first.closed : row["closed"] as Int64?
        let isClosed = closed.map { $0 <= end } ?? false
        let isHeard = (row["last_received"] as Int64) >= end
        return TrialResult.Outcome(
          trial.trial.assign(id.text, isUrgent: FindingRank.isUrgent(first.rank)),
          isClosed: isClosed || isHeard ? isClosed : nil)
      }
    }
  }

  /// What of a gateway was detected first in a time, whatever came later: nobody chooses it.
  private struct FirstEpisode {
    var detected: Int64
    var finding: String
    var rank: Int
    /// Whether the finding came back since.
    var isPast = false
    var closed: Int64?
  }

  /// Reads the times in an index alone, part by part; which parts there are the counts say.
  private static func firstEpisodes(
    from start: Int64, to end: Int64, _ db: Database
  ) throws -> [String: FirstEpisode] {
    var first: [String: FirstEpisode] = [:]
    func take(_ episode: FirstEpisode, of gateway: String) {
      if let known = first[gateway], (known.detected, known.finding) <= (episode.detected, episode.finding) {
        return
      }
      first[gateway] = episode
    }
    let parts = try Row.fetchAll(
      db, sql: "SELECT DISTINCT stage, rank FROM finding_count WHERE count > 0 AND stage <> ?",
      arguments: [Standing.noStage])
    for part in parts {
      let rank: Int = part["rank"]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT gateway, id, detected FROM finding WHERE stage = ? AND rank = ? AND detected BETWEEN ? AND ?
          """, arguments: [part["stage"] as String, rank, start, end])
      while let row = try rows.next() {
        take(
          FirstEpisode(detected: row["detected"], finding: row["id"], rank: rank), of: row["gateway"])
      }
    }
    let past = try Row.fetchCursor(
      db,
      sql: """
        SELECT p.gateway, p.finding, p.detected, p.closed, f.rank FROM past_episode AS p
        JOIN finding AS f ON f.gateway = p.gateway AND f.id = p.finding WHERE p.detected BETWEEN ? AND ?
        """, arguments: [start, end])
    while let row = try past.next() {
      let episode = FirstEpisode(
        detected: row["detected"], finding: row["finding"], rank: row["rank"], isPast: true,
        closed: row["closed"])
      take(episode, of: row["gateway"])
    }
    return first
  }
}

extension FindingRecord {
  /// What is told at once, to everybody.
  package var isUrgent: Bool { finding.severity == .critical || namesFacility }
}
