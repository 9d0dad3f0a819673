import FleetContract
import FoundationEssentials
import SQLStore
import Posture

/// Writes one batch inside one transaction.
struct BatchWriter {
  let db: Database
  let limits: StoreLimits
  /// The groups of gateways of which somebody is told.
  let told: Set<String>
  var news = TenantNews()
  private var sequences: [GatewayID: SequenceSet] = [:]
  private var known: Set<GatewayID> = []
  private var heard: Set<GatewayID> = []
  var memory = BatchMemory()
  private var groups: [GatewayID: String] = [:]
  let encoder: JSONEncoder
  var book = FindingBook()
  var rows = BatchRows()
  /// The grade of each gateway's latest posture in the batch, and its number.
  var grades: [GatewayID: (seq: Int64, grade: String)] = [:]
  var refused: [SetAside] = []
  var standings: Standings
  /// Gateways that may be counted elsewhere after this batch, and where they were before.
  private var moving: [GatewayID] = []
  private var places: [GatewayCell] = []

  init(_ db: Database, _ limits: StoreLimits, telling told: Set<String>) {
    self.db = db
    self.limits = limits
    self.told = told
    self.standings = Standings(db)
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  func json(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The group of a gateway; empty where it has none.
  mutating func group(of gateway: GatewayID) throws -> String {
    if let known = groups[gateway] ?? memory.groups[gateway] { return known }
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

  /// Meets the gateways of a batch, and remembers what is known of them.
  ///
  /// Their rows are locked in the order of their names, so that of two collectors one waits for the other, and neither
  /// for ever.
  mutating func begin(_ arrivals: [Arrival]) throws {
    var latest: [GatewayID: WallTime] = [:]
    var first: [GatewayID: WallTime] = [:]
    for arrival in arrivals {
      latest[arrival.gateway] = max(latest[arrival.gateway] ?? arrival.received, arrival.received)
      first[arrival.gateway] = first[arrival.gateway] ?? arrival.received
    }
    let names = try BatchMemory.list(latest.keys.map(\.text).sorted())
    func among(_ sql: String) throws -> Set<GatewayID> {
      let rows = try Row.fetchAll(
        db.cachedStatement(sql: sql + " IN (\(db.engine.list("?")))"), arguments: [names])
      return Set(rows.compactMap { GatewayID($0[0] as String) })
    }
    memory.erased = try among("SELECT gateway FROM erased WHERE gateway")
    known = try among("SELECT id FROM gateway WHERE id")
    let new = Set(latest.keys).subtracting(known).subtracting(memory.erased)
    if !new.isEmpty {
      let room = limits.gateways - Int(try integer("SELECT COUNT(*) FROM gateway", []) ?? 0)
      known.formUnion(arrivals.map(\.gateway).filter(new.contains).firstOfEach(max(0, room)))
    }
    let present = known.subtracting(memory.erased)
    let met = present.sorted { $0.text < $1.text }
    var gateways = RowList(.text, .integer, .integer, .text)
    for gateway in met {
      gateways.append(
        gateway.text, first[gateway]?.milliseconds, latest[gateway]?.milliseconds, GatewayCell.newcomer)
    }
    try db.execute(
      sql: """
        INSERT INTO gateway (id, first_received, last_received, state) \(db.engine.values(gateways.columns)) ON CONFLICT (id)
        DO UPDATE SET last_received = max(gateway.last_received, excluded.last_received)
        """, rows: gateways)
    // Only these come to another state or grade.
    let spoken = Set(arrivals.lazy.filter(\.movesGateway).map(\.gateway))
    moving = met.filter { new.contains($0) || spoken.contains($0) }
    places = try GatewayCell.of(moving, db)
    for gateway in met where new.contains(gateway) { try FleetStore.noteEnrolment(of: gateway, db) }
    let erased = memory.erased
    memory = try BatchMemory(db, met)
    memory.erased = erased
    book = try FindingBook(
      db,
      arrivals.lazy.compactMap { arrival in
        guard case .finding(let event, _) = arrival.content, present.contains(arrival.gateway) else {
          return nil
        }
        return (arrival.gateway, event.finding)
      })
  }

  /// Stores one arrival, unless its number says that it is stored already.
  mutating func store(_ arrival: Arrival) throws {
    if memory.erased.contains(arrival.gateway) {
      // Only counted: what it says is not to be kept anywhere.
      return refused.append(
        SetAside(
          reason: "erased", detail: "", topic: Topic.root, payload: [], received: arrival.received))
    }
    guard known.contains(arrival.gateway) else {
      return refuse(arrival, "gateways", "more than \(limits.gateways) gateways are known")
    }
    try date(arrival)
    var isNew = true
    if let seq = arrival.seq {
      isNew = try arrived(seq, of: arrival.gateway)
      guard try take(seq...seq, of: arrival.gateway) else {
        return refuse(arrival, "gaps", "more than \(limits.gapsPerGateway) gaps before it")
      }
      heard.insert(arrival.gateway)
    }
    switch arrival.content {
    case .status(let body):
      try note(body, of: arrival.gateway)
      try store(body, arrival)
    case .posture(let summary): try store(summary, arrival, isNew)
    case .devices(let body): try store(body, arrival)
    case .devicesCleared(let part): try clear(part: part, of: arrival.gateway)
    case .finding(let event, let text):
      if try insertEvent("finding", text, arrival, isNew) {
        try store(event, arrival)
        try note(event, arrival)
      }
    case .dropped(let event, let text):
      if try insertEvent("dropped", text, arrival, isNew) { try store(event, of: arrival.gateway) }
    case .result(let body, let text):
      if try insertEvent("result", text, arrival, isNew) { try store(body, arrival) }
    case .event(let kind, let text): _ = try insertEvent(kind, text, arrival, isNew)
    case .latest(let name, let text):
      try store(text, as: name, arrival)
      if name == "exposures", try storeExposures(text, arrival) { standings.told(by: arrival.gateway) }
    }
  }

  /// Notes numbers as stored; `false` where they would open one gap too many.
  mutating func take(_ range: ClosedRange<Int64>, of gateway: GatewayID) throws -> Bool {
    _ = try stored(of: gateway)
    return sequences[gateway]?.insert(range, limit: limits.gapsPerGateway) ?? false
  }

  /// Which numbers of a gateway are stored, with what this batch has brought.
  mutating func stored(of gateway: GatewayID) throws -> SequenceSet {
    if let known = sequences[gateway] { return known }
    let known = try memory.stored[gateway] ?? ranges("stored", gateway)
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

  /// Writes which numbers are stored, and only what is different.
  private func writeStored() throws {
    var gone = RowList(.text, .integer)
    var new = RowList(.text, .integer, .integer)
    for (gateway, set) in sequences.sorted(by: { $0.key < $1.key }) {
      let old = memory.stored[gateway] ?? SequenceSet()
      if old == set { continue }
      let starts = Set(set.ranges.map(\.lowerBound))
      for range in old.ranges where !starts.contains(range.lowerBound) {
        gone.append(gateway.text, range.lowerBound)
      }
      let before = Set(old.ranges)
      for range in set.ranges where !before.contains(range) {
        new.append(gateway.text, range.lowerBound, range.upperBound)
      }
    }
    let columns: KeyValuePairs<String, RowList.Kind> = ["gateway": .text, "first": .integer]
    try db.execute(
      sql: """
        DELETE FROM stored WHERE (gateway, first) IN (SELECT k.gateway, k.first FROM \(db.engine.table("k", columns)))
        """, rows: gone)
    try db.execute(
      sql: """
        INSERT INTO stored (gateway, first, last) \(db.engine.values(new.columns))
        ON CONFLICT (gateway, first) DO UPDATE SET last = excluded.last
        """, rows: new)
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
    try rows.writeHistories(db)
    try rows.writeLives(db)
    try book.write(db)
    try writeGrades()
    try writeStored()
    standings.moved(from: places, to: try GatewayCell.of(moving, db))
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
    }
    let counts = Dictionary(grouping: messages, by: \.reason).mapValues(\.count)
    for (reason, count) in counts.sorted(by: { $0.key < $1.key }) {
      try run(
        """
        INSERT INTO set_aside_count VALUES (?, ?)
        ON CONFLICT (reason) DO UPDATE SET count = set_aside_count.count + excluded.count
        """, [reason, count])
    }
    try run("DELETE FROM set_aside WHERE number <= ?", [db.lastInsertedRowID - Int64(limits.setAside)])
  }
}

extension Arrival {
  /// Whether it says of its gateway what pages count.
  fileprivate var movesGateway: Bool {
    switch content {
    case .status, .posture: true
    default: false
    }
  }
}

extension Array where Element: Hashable {
  /// The first `count` different ones, in their order.
  fileprivate func firstOfEach(_ count: Int) -> Set<Element> {
    var found: Set<Element> = []
    for element in self where found.count < count { found.insert(element) }
    return found
  }
}
