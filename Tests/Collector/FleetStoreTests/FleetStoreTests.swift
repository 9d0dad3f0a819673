import BrokerFixture
import FleetContract
import FleetStore
import Posture
import SQLStore
import Testing

@Suite(.onBothEngines) struct FleetStoreTests {
  @Test func `stores a record once and acknowledges what is stored`() async throws {
    let fixture = try Fixture()
    #expect(try await fixture.commit(arrival(finding(.opened, "a"), seq: 1)) == AckBody(stored: 1))
    #expect(
      try await fixture.commit(arrival(finding(.opened, "c"), seq: 3))
        == AckBody(stored: 1, above: [known(SequenceRange(3, 3))]))
    let again = try await fixture.commit(
      arrival(finding(.opened, "a"), seq: 1), arrival(finding(.opened, "b"), seq: 2))
    #expect(again == AckBody(stored: 3))
    #expect(try count("event", fixture) == 3)
  }

  private func count(_ table: String, _ fixture: Fixture) throws -> Int {
    try Places.database(fixture.store.path).read {
      try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? -1
    }
  }

  @Test func `a later event decides, whatever comes last`() async throws {
    let fixture = try Fixture()
    try await fixture.commit(arrival(finding(.closed, "a"), seq: 5), arrival(finding(.opened, "a"), seq: 4))
    #expect(try fixture.detail().findings.isEmpty)
    try await fixture.commit(arrival(finding(.opened, "a", severity: .low), seq: 6))
    #expect(try fixture.detail().findings.map(\.severity) == [.low])
  }

  @Test func `a Will of an older session means nothing`() async throws {
    let fixture = try Fixture()
    func status(_ online: Bool, _ birth: Int64) -> Arrival {
      arrival(
        .status(StatusBody(online: online, birth: birth, cause: online ? .start : .lost, agent: "1")))
    }
    try await fixture.commit(status(true, 2), status(false, 1))
    #expect(try fixture.detail().overview.online == true)
    try await fixture.commit(status(false, 2))
    #expect(try fixture.detail().overview.online == false)
    #expect(try fixture.detail().overview.cause == "lost")
    try await fixture.commit(status(true, 3))
    #expect(try fixture.detail().overview.online == true)
  }

  @Test func `shows the newest posture and keeps the others`() async throws {
    let fixture = try Fixture()
    var summary = PostureSummary(of: [], agentVersion: "1")
    summary.findings = [.critical: 1, .low: 2]
    summary.grade = .e
    try await fixture.commit(arrival(.posture(summary), seq: 9))
    try await fixture.commit(arrival(.posture(PostureSummary(of: [], agentVersion: "1")), seq: 8))
    let posture = try fixture.detail().overview.posture
    #expect(posture?.grade == .e)
    #expect(posture?.findings == [.critical: 1, .low: 2])
    #expect(try count("posture", fixture) == 2)
  }

  @Test func `parts of a list replace themselves and what a shorter list leaves`() async throws {
    let fixture = try Fixture()
    func part(_ ids: [String], _ part: Int, of parts: Int, seq: Int64) -> Arrival {
      arrival(.devices(DevicesBody(devices: ids.map { Device(id: $0) }, part: part, parts: parts)), seq: seq)
    }
    try await fixture.commit(part(["a", "b"], 1, of: 2, seq: 1), part(["c"], 2, of: 2, seq: 2))
    #expect(try fixture.detail().devices.map(\.id) == ["a", "b", "c"])
    try await fixture.commit(part(["a"], 1, of: 1, seq: 4), part(["old"], 1, of: 1, seq: 3))
    #expect(try fixture.detail().devices.map(\.id) == ["a"])
    try await fixture.commit(arrival(.devicesCleared(part: 1)))
    #expect(try fixture.detail().devices.isEmpty)
  }

  @Test func `dates records that were made before the clock was set`() async throws {
    let fixture = try Fixture()
    let epoch = WallTime(milliseconds: 5000)
    try await fixture.commit(
      arrival(finding(.opened, "a"), seq: 1, synced: false, uptime: 5000, time: epoch))
    func happened() throws -> [Int64?] {
      try Places.database(fixture.store.path).read {
        try Row.fetchAll($0, sql: "SELECT happened FROM event ORDER BY seq").map { $0[0] }
      }
    }
    #expect(try happened() == [nil])
    try await fixture.commit(arrival(finding(.opened, "b"), seq: 2, uptime: 65_000))
    try await fixture.commit(
      arrival(finding(.opened, "c"), seq: 3, synced: false, uptime: 6000, time: epoch))
    #expect(
      try happened() == [noon.milliseconds - 60_000, noon.milliseconds, noon.milliseconds - 59_000])
  }

  @Test(arguments: [
    "1970-01-01T00:00:05Z", "2016-11-23T12:00:00Z", "2036-11-23T12:00:00Z", "2026-11-24T12:00:01Z",
  ])
  func `a clock that calls itself right and cannot be dates nothing`(time: String) async throws {
    let fixture = try Fixture()
    try await fixture.commit(
      arrival(finding(.opened, "a"), seq: 1, uptime: 5000, time: known(WallTime(time))),
      arrival(finding(.opened, "b"), seq: 2, synced: false, uptime: 6000, time: WallTime(milliseconds: 6000)))
    let dates = try Places.database(fixture.store.path).read {
      try Row.fetchAll($0, sql: "SELECT happened FROM event ORDER BY seq").map { $0[0] as Int64? }
    }
    #expect(dates == [nil, nil])
    // It is set, and then all of that boot has a date.
    try await fixture.commit(arrival(finding(.opened, "c"), seq: 3, uptime: 65_000))
    let events = try Places.database(fixture.store.path).read {
      try Row.fetchAll($0, sql: "SELECT happened FROM event ORDER BY seq").map { $0[0] as Int64? }
    }
    #expect(events == [noon.milliseconds - 60_000, noon.milliseconds - 59_000, noon.milliseconds])
  }

  /// A gateway without a battery begins in 1970 at every boot, until somebody has told it the time.
  @Test func `shows both times of a record of 1970`() async throws {
    let fixture = try Fixture()
    let summary = PostureSummary(of: [], agentVersion: "1")
    let epoch = WallTime(milliseconds: 5000)
    try await fixture.commit(
      arrival(finding(.opened, "a"), seq: 1, synced: false, uptime: 5000, time: epoch),
      arrival(.posture(summary), seq: 2, synced: false, uptime: 6000, time: epoch))
    func events() throws -> [StoredEvent] { known(try fixture.store.events(of: gateway, newest: 10)) }
    #expect(try events().map(\.happened) == [nil] && events().map(\.time) == [epoch])
    #expect(try fixture.detail().overview.posture?.happened == nil)
    // The same boot, a minute later, with a clock that has been set.
    try await fixture.commit(arrival(finding(.opened, "b"), seq: 3, uptime: 65_000))
    #expect(try events().map(\.happened) == [noon, WallTime(milliseconds: noon.milliseconds - 60_000)])
    #expect(try events().last?.time == epoch)
    let posture = try fixture.detail().overview.posture
    #expect(posture?.happened == WallTime(milliseconds: noon.milliseconds - 59_000))
    #expect(posture?.time == epoch)
    // Another boot is another matter.
    try await fixture.commit(arrival(finding(.opened, "c"), seq: 4, synced: false, boot: "c", time: epoch))
    #expect(try events().first?.happened == nil)
    let other = known(GatewayID(hash: [UInt8](repeating: 1, count: 10)))
    #expect(try fixture.store.events(of: other, newest: 10) == nil)
  }

  @Test func `records dropped on purpose close their gap and are shown`() async throws {
    let fixture = try Fixture()
    try await fixture.commit(arrival(finding(.opened, "a"), seq: 10), arrival(finding(.opened, "b"), seq: 43))
    #expect(try fixture.detail().gaps == [known(SequenceRange(1, 9)), known(SequenceRange(11, 42))])
    let event = DroppedEvent([known(SequenceRange(1, 40))], counts: [.superseded: 37, .low: 2])
    let dropped = Arrival.Content.dropped(event, text: "{}")
    for _ in 0..<2 {
      #expect(
        try await fixture.commit(arrival(dropped, seq: 41))
          == AckBody(stored: 41, above: [known(SequenceRange(43, 43))]))
    }
    var detail = try fixture.detail()
    #expect(detail.gaps == [known(SequenceRange(42, 42))])
    #expect(detail.dropped.ranges == [known(SequenceRange(1, 9)), known(SequenceRange(11, 40))])
    #expect(detail.dropped.counts == ["superseded": 37, "low": 2] && detail.dropped.lost == 2)
    // It was under way when its drop was told, and so is not lost.
    try await fixture.commit(arrival(finding(.opened, "late"), seq: 20))
    detail = try fixture.detail()
    #expect(detail.dropped.ranges.map(\.first) == [1, 11, 21])
    #expect(try count("event", fixture) == 4)
  }

  @Test func `a retained posture that comes again was received when it came first`() async throws {
    let fixture = try Fixture()
    let summary = PostureSummary(of: [], agentVersion: "1")
    try await fixture.commit(arrival(.posture(summary), seq: 1))
    var again = arrival(.posture(summary), seq: 1)
    again.received = WallTime(milliseconds: noon.milliseconds + 1000)
    try await fixture.commit(again)
    #expect(try fixture.detail().overview.posture?.received == noon)
    #expect(try count("posture", fixture) == 1)
  }

  @Test func `bounds what strangers can fill`() async throws {
    var limits = StoreLimits()
    limits.setAside = 5
    limits.gapsPerGateway = 3
    limits.gateways = 1
    let fixture = try Fixture(limits: limits)
    let noise = (0..<8).map {
      SetAside(
        reason: "not-json", detail: "d", topic: "t\($0)", payload: Array(repeating: 65, count: 9000),
        received: noon)
    }
    _ = try await fixture.store.commit(Batch(setAside: noise))
    var overview = try fixture.store.setAside(newest: 100)
    #expect(overview.counts == ["not-json": 8])
    #expect(overview.messages.map(\.topic) == ["t7", "t6", "t5", "t4", "t3"])
    #expect(overview.messages[0].payload.utf8.count == 4096)
    #expect(overview.messages[0].size == 9000)
    for seq in [2, 4, 6, 8] as [Int64] { try await fixture.commit(arrival(finding(.opened, "a"), seq: seq)) }
    #expect(try count("event", fixture) == 3)
    let other = known(GatewayID(hash: [UInt8](repeating: 1, count: 10)))
    _ = try await fixture.store.commit(Batch(arrivals: [arrival(finding(.opened, "a"), seq: 1, from: other)]))
    overview = try fixture.store.setAside(newest: 0)
    #expect(overview.counts == ["not-json": 8, "gaps": 1, "gateways": 1])
    #expect(try fixture.store.fleet().count == 1)
  }

  @Test func `can be read while it is written, and survives reopening`() async throws {
    let fixture = try Fixture()
    #expect(try fixture.store.beginRun(at: noon) == 1)
    try await fixture.commit(arrival(finding(.opened, "a"), seq: 1))
    let reader = try FleetStore.openToRead(fixture.store.path)
    #expect(try reader.fleet().map(\.gateway) == [gateway])
    try await fixture.commit(arrival(finding(.opened, "b"), seq: 2))
    #expect(try reader.gateway(gateway)?.findings.count == 2)
    #expect(try FleetStore.open(fixture.store.path).beginRun(at: noon) == 2)
  }

  @Test func `says what is wrong with a file`() throws {
    guard Places.engine == .sqlite else { return }
    let directory = try TemporaryDirectory()
    func code(_ body: () throws(StoreError) -> FleetStore) -> StoreError.Code? {
      do {
        _ = try body()
        return nil
      } catch {
        return error.code
      }
    }
    let none = directory.path + "/none"
    #expect(code { () throws(StoreError) in try FleetStore.openToRead(none) } == .missing)
    let text = try directory.write("text", String(repeating: "this is no database\n", count: 100))
    #expect(code { () throws(StoreError) in try FleetStore.openToRead(text) } == .foreign)
    #expect(code { () throws(StoreError) in try FleetStore.open(text) } == .foreign)
    #expect(code { () throws(StoreError) in try FleetStore.open("/proc/nothing/here") } == .permission)
  }

  @Test func `forgets old history`() async throws {
    var limits = StoreLimits()
    limits.historyPerGateway = 2
    let fixture = try Fixture(limits: limits)
    for seq in 1...4 { try await fixture.commit(arrival(finding(.opened, "a\(seq)"), seq: Int64(seq))) }
    try await fixture.store.prune(before: WallTime(milliseconds: 0))
    #expect(try count("event", fixture) == 2)
    try await fixture.store.prune(before: WallTime(milliseconds: noon.milliseconds + 1))
    #expect(try count("event", fixture) == 0)
    #expect(try fixture.detail().findings.count == 4)
  }
}
