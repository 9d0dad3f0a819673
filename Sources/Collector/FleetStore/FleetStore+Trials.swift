import Foundation
import SQLStore
package import Posture
package import Trials

/// A trial with its name and time.
package struct StoredTrial: Sendable {
  package var name: String
  package var trial: Trial
  /// Only what was detected from then on counts.
  package var started: WallTime
  package var ended: WallTime?
}

extension FleetStore {
  /// Begins a trial; `false` where there is one of that name.
  package func begin(
    _ name: String, arms: [Trial.Arm], holdOut: Double, key: [UInt8], at now: WallTime
  ) throws(StoreError) -> Bool {
    try change { db in
      let list = String(
        decoding: try JSONEncoder().encode(
          arms.map { TrialSchema.Arm(name: $0.name, weight: $0.weight, way: $0.way) }),
        as: UTF8.self)
      try db.execute(
        sql: """
          INSERT INTO trial (name, arms, hold_out, key, started) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
          """,
        arguments: [name, list, holdOut, Data(key), now.milliseconds])
      return db.changesCount > 0
    }
  }

  /// Ends a trial: nobody is held out any more, and what is detected later does not count; `false` where none runs.
  package func endTrial(_ name: String, at now: WallTime) throws(StoreError) -> Bool {
    try change { db in
      try db.execute(
        sql: "UPDATE trial SET ended = ? WHERE name = ? AND ended IS NULL",
        arguments: [now.milliseconds, name])
      return db.changesCount > 0
    }
  }

  /// Every trial, the newest first.
  package func trials() throws(StoreError) -> [StoredTrial] {
    try view { db in
      try Row.fetchAll(db, sql: "SELECT * FROM trial ORDER BY started DESC, name").compactMap { row in
        let arms = try JSONDecoder().decode([TrialSchema.Arm].self, from: Data((row["arms"] as String).utf8))
        let trial = Trial(
          arms: arms.map { Trial.Arm($0.name, weight: $0.weight, way: $0.way) }, holdOut: row["hold_out"],
          key: [UInt8](row["key"] as Data))
        return trial.map {
          StoredTrial(
            name: row["name"], trial: $0, started: WallTime(milliseconds: row["started"]),
            ended: (row["ended"] as Int64?).map { WallTime(milliseconds: $0) })
        }
      }
    }
  }
}

/// The table of trials; who is in which arm follows from the key, and is stored nowhere.
enum TrialSchema {
  static let version10 = """
    CREATE TABLE trial (
      name TEXT PRIMARY KEY, arms TEXT NOT NULL, hold_out REAL NOT NULL, key BLOB NOT NULL,
      started INTEGER NOT NULL, ended INTEGER
    ) STRICT, WITHOUT ROWID;
    """

  struct Arm: Codable {
    var name: String
    var weight: Double
    /// Absent in trials that say no way.
    var way: Trial.Way?
  }
}
