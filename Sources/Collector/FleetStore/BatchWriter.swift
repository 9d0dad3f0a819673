import FleetContract
import FoundationEssentials
import GRDB
import Posture

/// Writes one batch inside one transaction.
struct BatchWriter {
  let db: Database
  let limits: StoreLimits
  private var sequences: [GatewayID: SequenceSet] = [:]
  private var known: Set<GatewayID> = []
  private var heard: Set<GatewayID> = []
  private var groups: [GatewayID: String] = [:]
  var refused: [SetAside] = []
  var standings: Standings

  init(_ db: Database, _ limits: StoreLimits) {
    self.db = db
    self.limits = limits
    self.standings = Standings(db)
  }

  /// The group of a gateway; empty where it has none.
  mutating func group(of gateway: GatewayID) throws -> String {
    if let known = groups[gateway] { return known }
    let group = try FleetStore.group(of: gateway, db)
    groups[gateway] = group
    return group
  }

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  func integer(_ sql: String, _ arguments: StatementArguments) throws -> Int64? {
    try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// Stores one arrival, unless its number says that it is stored already.
  mutating func store(_ arrival: Arrival) throws {
    if try integer("SELECT 1 FROM erased WHERE gateway = ?", [arrival.gateway.text]) != nil {
      // Only counted: what it says is not to be kept anywhere.
      return refused.append(
        SetAside(
          reason: "erased", detail: "", topic: Topic.root, payload: [], received: arrival.received))
    }
    guard try meet(arrival.gateway, at: arrival.received) else {
      return refuse(arrival, "gateways", "more than \(limits.gateways) gateways are known")
    }
    try date(arrival)
    if let seq = arrival.seq {
      try arrived(seq, of: arrival.gateway)
      guard try take(seq...seq, of: arrival.gateway) else {
        return refuse(arrival, "gaps", "more than \(limits.gapsPerGateway) gaps before it")
      }
      heard.insert(arrival.gateway)
    }
    switch arrival.content {
    case .status(let body): try store(body, arrival)
    case .posture(let summary): try store(summary, arrival)
    case .devices(let body): try store(body, arrival)
    case .devicesCleared(let part): try clear(part: part, of: arrival.gateway)
    case .finding(let event, let text):
      if try insertEvent("finding", text, arrival) { try store(event, arrival) }
    case .dropped(let event, let text):
      if try insertEvent("dropped", text, arrival) { try store(event, of: arrival.gateway) }
    case .result(let body, let text):
      if try insertEvent("result", text, arrival) { try store(body, arrival) }
    case .event(let kind, let text): _ = try insertEvent(kind, text, arrival)
    case .latest(let name, let text):
      try store(text, as: name, arrival)
      if name == "exposures", try storeExposures(text, arrival) { standings.told(by: arrival.gateway) }
    }
  }

  /// Makes sure that there is a row for the gateway; `false` where no more are accepted.
  private mutating func meet(_ gateway: GatewayID, at time: WallTime) throws -> Bool {
    var isNew = false
    if !known.contains(gateway) {
      let isStored = try integer("SELECT 1 FROM gateway WHERE id = ?", [gateway.text]) != nil
      if !isStored {
        let count = try integer("SELECT COUNT(*) FROM gateway", []) ?? 0
        guard count < limits.gateways else { return false }
        isNew = true
      }
      known.insert(gateway)
    }
    try run(
      """
      INSERT INTO gateway (id, first_received, last_received) VALUES (?1, ?2, ?2)
      ON CONFLICT (id) DO UPDATE SET last_received = max(last_received, excluded.last_received)
      """, [gateway.text, time.milliseconds])
    if isNew { try FleetStore.noteEnrolment(of: gateway, db) }
    return true
  }

  /// Notes numbers as stored; `false` where they would open one gap too many.
  mutating func take(_ range: ClosedRange<Int64>, of gateway: GatewayID) throws -> Bool {
    _ = try stored(of: gateway)
    return sequences[gateway]?.insert(range, limit: limits.gapsPerGateway) ?? false
  }

  /// Which numbers of a gateway are stored, with what this batch has brought.
  mutating func stored(of gateway: GatewayID) throws -> SequenceSet {
    if let known = sequences[gateway] { return known }
    let known = try ranges("stored", gateway)
    sequences[gateway] = known
    return known
  }

  func ranges(_ table: String, _ gateway: GatewayID) throws -> SequenceSet {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT first, last FROM \(table) WHERE gateway = ? ORDER BY first"),
      arguments: [gateway.text])
    return SequenceSet(rows.map { ($0["first"] as Int64)...($0["last"] as Int64) })
  }

  func replace(_ table: String, _ gateway: GatewayID, with set: SequenceSet) throws {
    try run("DELETE FROM \(table) WHERE gateway = ?", [gateway.text])
    for range in set.ranges {
      try run("INSERT INTO \(table) VALUES (?, ?, ?)", [gateway.text, range.lowerBound, range.upperBound])
    }
  }

  private mutating func refuse(_ arrival: Arrival, _ reason: String, _ detail: String) {
    refused.append(
      SetAside(
        reason: reason, detail: detail, topic: "\(Topic.root)/\(arrival.gateway)", payload: [],
        received: arrival.received))
  }

  /// Writes what was gathered and returns the acknowledgement of every gateway that sent a number.
  mutating func finish() throws -> [GatewayID: AckBody] {
    try keep(refused)
    for (gateway, stored) in sequences { try replace("stored", gateway, with: stored) }
    try standings.finish()
    return sequences.filter { heard.contains($0.key) }.mapValues(\.acknowledgement)
  }

  /// Keeps messages that could not be read, the newest within the limit, and counts them all.
  func keep(_ messages: [SetAside]) throws {
    guard !messages.isEmpty else { return }
    for message in messages {
      try run(
        """
        INSERT INTO set_aside (received, reason, detail, topic, size, payload) VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          message.received.milliseconds, message.reason, message.detail, message.topic, message.size,
          Data(message.payload),
        ])
      try run(
        """
        INSERT INTO set_aside_count VALUES (?, 1) ON CONFLICT (reason) DO UPDATE SET count = count + 1
        """, [message.reason])
    }
    try run("DELETE FROM set_aside WHERE number <= ?", [db.lastInsertedRowID - Int64(limits.setAside)])
  }
}
