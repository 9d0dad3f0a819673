import Addresses
import BrokerFixture
import Casework
import FleetContract
import FleetStore
import Foundation
import Posture
import SQLStore
import Sightings
import Testing

/// What comes in one batch is stored as if each record had come alone.
@Suite(.onBothEngines) struct BatchTests {
  private struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }

  /// The rows of a SELECT of columns that are named one by one.
  private func rows(_ sql: String, _ store: FleetStore) throws -> [[SQLValue]] {
    let width = sql.split(separator: " FROM ")[0].split(separator: ",").count
    return try Places.database(store.path).read { db in
      try Row.fetchAll(db, sql: sql).map { row in (0..<width).map { row[$0] } }
    }
  }

  /// Everything that records change, but for numbers that are only an order.
  private static let tables = [
    "SELECT id, first_received, last_received, online, grade, posture_seq FROM gateway ORDER BY id",
    "SELECT gateway, seq, kind, message, happened, received FROM event ORDER BY gateway, seq",
    "SELECT gateway, seq, grade, happened, received FROM posture ORDER BY gateway, seq",
    "SELECT gateway, first, last FROM stored ORDER BY gateway, first",
    "SELECT gateway, first, last FROM dropped ORDER BY gateway, first",
    "SELECT gateway, id, is_open, severity, device, facts, seq, changed_received FROM finding ORDER BY gateway, id",
    "SELECT gateway, id, kind, stage, rank, since, detected FROM finding ORDER BY gateway, id",
    "SELECT gateway, id, closed, episodes, quiet_until FROM finding ORDER BY gateway, id",
    "SELECT gateway, finding, step, time FROM finding_step ORDER BY gateway, finding, number",
    "SELECT gateway, finding, number, detected, closed FROM past_episode ORDER BY gateway, finding, number",
    "SELECT stage, rank, count FROM finding_count WHERE count <> 0 ORDER BY stage, rank",
    "SELECT state, step, count FROM episode_count WHERE count <> 0 ORDER BY state, step",
    "SELECT gateway, id, kind FROM device ORDER BY gateway, id",
  ]

  private func arrivals(_ chance: inout Chance) -> [Arrival] {
    var next: [GatewayID: Int64] = [:]
    return (0..<160).map { number in
      let id = Bool.random(using: &chance) ? gateway : other
      var seq = next[id, default: 0] + 1
      // Some come twice, and some overtake others.
      switch Int.random(in: 0..<8, using: &chance) {
      case 0: seq = max(1, seq - 1)
      case 1: seq += 2
      default: break
      }
      next[id] = max(seq, next[id, default: 0])
      let synced = Int.random(in: 0..<5, using: &chance) > 0
      let content: Arrival.Content
      switch Int.random(in: 0..<12, using: &chance) {
      case 0:
        var summary = PostureSummary(of: [], agentVersion: "1")
        summary.grade = known(Grade.allCases.randomElement(using: &chance))
        content = .posture(summary)
      case 1:
        let kind = known([DeviceKind.camera, .nas].randomElement(using: &chance))
        content = .devices(DevicesBody(devices: [Device(id: "dev-1", kind: kind)], part: 1, parts: 1))
      case 2:
        content = .dropped(DroppedEvent([known(SequenceRange(max(1, seq - 2), seq))]), text: "{}")
      case 3: content = .event(kind: "closing", text: "{}")
      case 4:
        content = .status(
          StatusBody(online: Bool.random(using: &chance), birth: 1, cause: .power, agent: "1"))
      default:
        let finding = Finding(
          check: "telnet-open", severity: known(Severity.allCases.randomElement(using: &chance)),
          device: "dev-\(Int.random(in: 1...2, using: &chance))",
          service: .tcp(UInt16.random(in: 22...23, using: &chance)), evidence: Evidence(protocol: .telnet),
          remedy: "close-\"telnet")
        content = .finding(
          FindingEvent(Bool.random(using: &chance) ? .opened : .closed, finding), text: "{\"n\":\(number)}")
      }
      var one = arrival(
        content, seq: seq, synced: synced, boot: "b\(Int.random(in: 0..<3, using: &chance))", from: id)
      one.received = at(Int64(number))
      return one
    }
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `many records in one commit are what each would be in its own`(seed: UInt64) async throws {
    var limits = StoreLimits()
    limits.stepsPerFinding = seed % 2 == 0 ? 6 : 200
    let (single, whole) = (try Fixture(limits: limits), try Fixture(limits: limits))
    var chance = Chance(state: seed)
    let arrivals = arrivals(&chance)
    // Somebody has looked at one of the ports, so that lives follow from more than steps.
    for store in [single.store, whole.store] {
      try store.note([SessionChange(gateway: gateway, address: sighting(23, 0).address, time: at(0))])
      _ = try store.add([sighting(23, 15)], at: at(20))
    }
    var last: [GatewayID: AckBody] = [:]
    for arrival in arrivals {
      last.merge(try await single.store.commit(Batch(arrivals: [arrival]))) { $1 }
    }
    var told: [GatewayID: AckBody] = [:]
    var rest = arrivals[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...70, using: &chance))
      rest = rest.dropFirst(part.count)
      told.merge(try await whole.store.commit(Batch(arrivals: Array(part)))) { $1 }
    }
    #expect(told == last)
    for sql in Self.tables {
      #expect(try rows(sql, whole.store) == rows(sql, single.store), "\(sql)")
    }
    #expect(try whole.store.check().faults == [])
  }

  @Test func `a record that comes twice in one batch is stored once`() async throws {
    let fixture = try Fixture()
    let event = arrival(finding(.opened, "a"), seq: 1)
    let posture = arrival(.posture(PostureSummary(of: [], agentVersion: "1")), seq: 2)
    let stored = try await fixture.commit(event, posture, event, posture, event)
    #expect(stored == AckBody(stored: 2))
    #expect(try rows("SELECT seq, kind FROM event", fixture.store).count == 1)
    #expect(try rows("SELECT seq, grade FROM posture", fixture.store).count == 1)
    #expect(try rows("SELECT step, time FROM finding_step", fixture.store).count == 1)
  }

  @Test func `one gateway's records in a batch are taken in their order`() async throws {
    let fixture = try Fixture()
    var batch: [Arrival] = []
    for (seq, change) in [FindingEvent.Change.opened, .closed, .opened, .closed, .opened].enumerated() {
      var one = arrival(finding(change, "a"), seq: Int64(seq + 1))
      one.received = at(Int64(seq + 1) * 10)
      batch.append(one)
    }
    // Another gateway's in between change nothing of it.
    batch.insert(arrival(finding(.closed, "a"), seq: 9, from: other), at: 3)
    _ = try await fixture.store.commit(Batch(arrivals: batch))
    var found: [FindingRecord] = []
    try fixture.store.findings(FindingQuery(gateway: gateway)) { found.append($0) }
    #expect(found.first?.life?.episodes.map(\.detected) == [at(10), at(30), at(50)])
    #expect(found.first?.isOpen == true)
    #expect(try fixture.store.check().faults == [])
  }

  @Test func `a batch that is refused leaves nothing, and is stored whole afterwards`() async throws {
    let fixture = try Fixture()
    try await fixture.commit(arrival(finding(.opened, "a"), seq: 1))
    let batch = Batch(
      arrivals: (2...9).map { arrival(finding(.opened, "d\($0)"), seq: $0) },
      setAside: [SetAside(reason: "not-json", detail: "", topic: "t", payload: [], received: noon)])
    // The numbers are written last: until then all seems well.
    try refuseNumbers(fixture.store)
    await #expect(throws: StoreError.self) { try await fixture.store.commit(batch) }
    #expect(try rows("SELECT seq, kind FROM event", fixture.store).count == 1)
    #expect(try rows("SELECT step, time FROM finding_step", fixture.store).count == 1)
    #expect(try rows("SELECT reason, count FROM set_aside_count", fixture.store).isEmpty)
    try acceptNumbers(fixture.store)
    #expect(try await fixture.store.commit(batch)[gateway] == AckBody(stored: 9))
    #expect(try rows("SELECT seq, kind FROM event", fixture.store).count == 9)
    #expect(try fixture.store.check().faults == [])
  }

  private func refuseNumbers(_ store: FleetStore) throws {
    try Places.database(store.path).write { db in
      try db.execute(sql: db.engine == .sqlite ? Self.sqliteRefusal : Self.postgresFunction)
      if db.engine == .postgresql { try db.execute(sql: Self.postgresRefusal) }
    }
  }

  private func acceptNumbers(_ store: FleetStore) throws {
    try Places.database(store.path).write { db in
      try db.execute(sql: "DROP TRIGGER refused" + (db.engine == .sqlite ? "" : " ON stored"))
    }
  }

  private static let sqliteRefusal = """
    CREATE TRIGGER refused BEFORE UPDATE ON stored BEGIN SELECT RAISE(ABORT, 'refused'); END
    """
  private static let postgresFunction = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$
    """
  private static let postgresRefusal =
    "CREATE TRIGGER refused BEFORE UPDATE ON stored FOR EACH ROW EXECUTE FUNCTION refuse()"

  @Test func `a finding is written as the encoder writes it`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for text in ["plain", "a/b", "戸", "quo\"te", "back\\slash", "line\n", "", "\u{7f}", "\u{1}"] {
      for full in [true, false] {
        let evidence = full ? Evidence(protocol: .iec104, tls: false, profile: text, count: -3) : Evidence()
        var finding = Finding(
          check: text, severity: .info, device: text, service: full ? .udp(53) : nil, evidence: evidence,
          remedy: text, since: full ? at(1) : nil)
        finding.id = text + ":x"
        #expect(try finding.text(encoder) == String(decoding: encoder.encode(finding), as: UTF8.self))
      }
    }
  }
}
