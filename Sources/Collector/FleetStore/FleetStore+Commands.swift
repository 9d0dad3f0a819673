package import FleetContract
import FoundationEssentials
import SQLStore
package import Posture

extension FleetStore {
  private func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.write(body) } catch { throw StoreError(error, path: path) }
  }

  private func look<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.read(body) } catch { throw StoreError(error, path: path) }
  }

  /// Takes `count` numbers for commands and returns the first.
  ///
  /// They are at least the milliseconds since 1970, so that a store that was lost, or another operator's, does not
  /// begin again below what gateways have accepted.
  package func takeCommandNumbers(_ count: Int, at time: WallTime) throws(StoreError) -> Int64 {
    try write { db in
      let last = try Int64.fetchOne(db, sql: "SELECT seq FROM command_number") ?? 0
      let first = max(last + 1, time.milliseconds)
      try db.execute(
        sql: "INSERT INTO command_number VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET seq = ?1",
        arguments: [first + Int64(count) - 1])
      return first
    }
  }

  /// Leaves commands for the collector that runs to publish.
  package func queue(_ commands: [QueuedCommand], at time: WallTime) throws(StoreError) {
    try write { db in
      for command in commands {
        try db.execute(
          sql: """
            INSERT INTO command (gateway, id, verb, seq, payload, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            command.gateway.text, command.id.description, command.verb.rawValue, command.seq,
            Data(command.payload), time.milliseconds, command.expires.milliseconds,
          ])
      }
    }
  }

  /// Replaces a command that its gateway wants signed again with a nonce.
  package func replace(_ command: QueuedCommand) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE command SET payload = ?, published = NULL, state = NULL, reason = NULL, detail = NULL, nonce = NULL
          WHERE gateway = ? AND id = ? AND state = 'refused' AND nonce IS NOT NULL
          """,
        arguments: [Data(command.payload), command.gateway.text, command.id.description])
    }
  }

  /// Commands that are still good and that no broker has taken, the oldest first.
  package func unpublishedCommands(
    at time: WallTime, atMost limit: Int
  ) throws(StoreError) -> [QueuedCommand] {
    try look { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM command WHERE published IS NULL AND expires > ? ORDER BY expires, seq LIMIT ?
          """, arguments: [time.milliseconds, limit]
      ).compactMap { row in
        guard let gateway = GatewayID(row["gateway"] as String), let id = TopicName(row["id"] as String),
          let verb = CommandVerb(rawValue: row["verb"])
        else { return nil }
        return QueuedCommand(
          gateway: gateway, id: id, verb: verb, seq: row["seq"], payload: [UInt8](row["payload"] as Data),
          expires: WallTime(milliseconds: row["expires"]))
      }
    }
  }

  /// Notes that the broker has taken exactly this payload.
  package func notePublished(_ command: QueuedCommand, at time: WallTime) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: "UPDATE command SET published = ? WHERE gateway = ? AND id = ? AND payload = ?",
        arguments: [time.milliseconds, command.gateway.text, command.id.description, Data(command.payload)])
    }
  }

  /// The commands of one id, by gateway.
  package func commands(_ id: TopicName) throws(StoreError) -> [StoredCommand] {
    try look { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM command WHERE id = ? ORDER BY gateway", arguments: [id.description]
      ).compactMap(StoredCommand.init)
    }
  }

  /// The names of all gateways that have ever reported and are not revoked, or of those enrolled for one group.
  package func gateways(inGroup group: TopicName?) throws(StoreError) -> [GatewayID] {
    try look { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT g.id FROM gateway AS g LEFT JOIN enrolment AS e ON e.gateway = g.id
          WHERE e.revoked IS NULL AND (CAST(?1 AS TEXT) IS NULL OR e."group" = ?1) ORDER BY g.id
          """, arguments: [group?.description]
      ).compactMap { GatewayID($0) }
    }
  }
}

extension StoredCommand {
  fileprivate init?(_ row: Row) {
    guard let gateway = GatewayID(row["gateway"] as String), let id = TopicName(row["id"] as String),
      let verb = CommandVerb(rawValue: row["verb"])
    else { return nil }
    func time(_ column: String) -> WallTime? {
      (row[column] as Int64?).map { WallTime(milliseconds: $0) }
    }
    self.init(
      gateway: gateway, id: id, verb: verb, seq: row["seq"], created: WallTime(milliseconds: row["created"]),
      expires: WallTime(milliseconds: row["expires"]), published: time("published"),
      state: (row["state"] as String?).flatMap(CommandState.init), reason: row["reason"],
      detail: row["detail"], nonce: (row["nonce"] as String?).flatMap { CommandNonce($0) },
      changed: time("changed_received"))
  }
}

extension BatchWriter {
  /// Notes how far a command is; an answer that came late changes nothing.
  func store(_ result: ResultBody, _ arrival: Arrival) throws {
    // The broker may deliver a command twice, and the second is refused while the first is carried out.
    guard result.reason != CommandRefusal.Code.replayed.rawValue else { return }
    let before =
      switch result.state {
      case .accepted, .refused, .expired: "state IS NULL"
      case .running: "state IS NULL OR state = 'accepted'"
      case .done, .failed, .rolledBack: "state IS NULL OR state IN ('accepted', 'running')"
      }
    try run(
      """
      UPDATE command SET state = ?1, reason = ?2, detail = ?3, nonce = ?4, changed_received = ?5,
        published = coalesce(published, ?5)
      WHERE gateway = ?6 AND id = ?7 AND (\(before))
      """,
      [
        result.state.rawValue, result.reason, result.detail, result.nonce?.text,
        arrival.received.milliseconds,
        arrival.gateway.text, result.command.description,
      ])
  }
}
