import Addresses
import BrokerFixture
import Casework
import Correlate
import FleetContract
import FleetStore
import Posture
import SQLStore
import Sightings
import Testing

@Suite(.onBothEngines) struct FindingStoreTests {
  private static let telnet = Finding(
    check: "telnet-open", severity: .high, device: "dev-a", service: .tcp(23),
    evidence: Evidence(protocol: .telnet), remedy: "close-telnet")

  private func event(_ change: FindingEvent.Change, seq: Int64, _ seconds: Int64) -> Arrival {
    var event = arrival(.finding(FindingEvent(change, Self.telnet), text: "{}"), seq: seq)
    event.received = at(seconds)
    return event
  }

  private func record(_ store: FleetStore) throws -> FindingRecord {
    var found: [FindingRecord] = []
    try store.findings { found.append($0) }
    #expect(found.count == 1)
    return known(found.first)
  }

  @Test func `follows a finding by what gateway and outside report`() async throws {
    let fixture = try Fixture()
    let store = fixture.store
    let address = SessionChange(
      gateway: gateway, address: sighting(23, 0).address, time: at(0))
    try store.note([address])
    try await fixture.commit(event(.opened, seq: 1, 10))
    // Told again, it is no news.
    try await fixture.commit(event(.opened, seq: 2, 20))
    #expect(try record(store).life?.stage == .detected)
    #expect(try record(store).life?.present.detected == at(10))
    _ = try store.add([sighting(23, 15)], at: at(20))
    #expect(try store.note(CaseStep(.notified, at: at(30), by: "anna"), of: Self.telnet.id, at: gateway))
    #expect(try !store.note(CaseStep(.notified, at: at(30)), of: "none", at: gateway))
    try await fixture.commit(event(.closed, seq: 4, 40))
    // Under way longer than the close.
    try await fixture.commit(event(.opened, seq: 3, 41))
    #expect(try record(store).life?.stage == .closedInside)
    // Another protocol at that port is another device's.
    var web = sighting(23, 50, .closed)
    web.protocol = .http
    _ = try store.add([web], at: at(60))
    #expect(try record(store).life?.stage == .closedInside)
    _ = try store.add([sighting(23, 55, .silent)], at: at(60))
    let closed = try record(store)
    #expect(closed.life?.stage == .closed && closed.life?.present.closed == at(55))
    #expect(closed.steps.map(\.kind) == [.opened, .notified, .closed] && closed.steps[1].by == "anna")
    try await fixture.commit(event(.opened, seq: 5, 70))
    #expect(try record(store).life?.reopenings == 1)
  }

  @Test func `a decision has an end, a reason and a line in the audit`() async throws {
    let fixture = try Fixture()
    let store = fixture.store
    try await fixture.commit(event(.opened, seq: 1, 10))
    let decision = Decision(
      finding: Self.telnet.id, kind: .accepted, by: "anna", reason: "in a cage", made: at(20), until: at(100),
      severity: .high)
    #expect(try store.decide(decision, on: Self.telnet.id, at: gateway, by: "anna", now: at(20)))
    var record = try record(store)
    #expect(record.decision == decision && record.isDecided(at: at(99)) && !record.isDecided(at: at(100)))
    record.finding.severity = .critical
    #expect(!record.isDecided(at: at(30)))
    #expect(try store.decide(nil, on: Self.telnet.id, at: gateway, by: "ben", now: at(30)))
    #expect(try self.record(store).decision == nil)
    #expect(try !store.decide(decision, on: "none", at: gateway, by: "anna", now: at(20)))
    let lines = try store.audit(newest: 10)
    #expect(lines.map(\.event) == [.decided, .decided])
    #expect(lines[1].detail?.contains("accepted by anna until 2026-11-23T12:01:40Z: in a cage") == true)
  }

  @Test func `tells what is reachable, of the groups that are asked for alone`() async throws {
    let fixture = try Fixture()
    let store = fixture.store
    for (number, id) in [gateway, other].enumerated() {
      let grant = EnrolmentGrant(
        id: "grant\(number)", kind: .token, group: ["east", "west"][number], created: at(0),
        expires: at(1000),
        usesLeft: 1)
      try store.add(grant, secretHash: [UInt8](repeating: 0, count: 32))
      let redeemed = try store.redeem(
        Redemption(
          grant: grant.id, kind: .token, secretHash: [UInt8](repeating: 0, count: 32), gateway: id, now: at(1)
        ))
      #expect(redeemed == .accepted(group: grant.group))
      let address = sighting(1, 0, address: "192.0.2.\(number + 1)").address
      try store.note([SessionChange(gateway: id, address: address, time: at(0))])
    }
    try await fixture.commit(event(.opened, seq: 1, 10))
    _ = try store.add(
      [
        sighting(23, 20), sighting(80, 20), sighting(80, 21, .closed), sighting(22, 20, address: "192.0.2.2"),
        sighting(21, 20, address: "192.0.2.3"),
      ], at: at(30))
    func reachable(_ groups: [String]?) throws -> [String] {
      var found: [String] = []
      try store.reachable(inGroups: groups, now: at(40)) {
        found.append("\($0.group ?? "-") \($0.sighting.port) \($0.finding?.check ?? "-")")
      }
      return found.sorted()
    }
    #expect(try reachable(nil) == ["east tcp/23 telnet-open", "west tcp/22 -"])
    #expect(try reachable(["east"]) == ["east tcp/23 telnet-open"])
    #expect(try reachable(["north"]).isEmpty && reachable([]).isEmpty)
    let decision = Decision(
      finding: Self.telnet.id, kind: .muted, by: "a", reason: "b", made: at(35), until: at(50),
      severity: .high)
    #expect(try store.decide(decision, on: Self.telnet.id, at: gateway, by: "a", now: at(35)))
    #expect(try reachable(["east"]).isEmpty)
  }

  @Test func `one that flaps keeps its beginning and its latest steps`() async throws {
    var limits = StoreLimits()
    limits.stepsPerFinding = 6
    let fixture = try Fixture(limits: limits)
    for seq in 1...20 as ClosedRange<Int64> {
      try await fixture.commit(event(seq % 2 == 1 ? .opened : .closed, seq: seq, seq))
    }
    let steps = try record(fixture.store).steps
    #expect(steps.map(\.time) == [1, 16, 17, 18, 19, 20].map { at($0) })
  }

  @Test func `facilities go first, then the worst, then the oldest`() {
    func record(_ check: String, _ severity: Severity, _ seconds: Int64) -> FindingRecord {
      FindingRecord(
        gateway: gateway, finding: Finding(check: check, severity: severity, device: "d", remedy: "r"),
        isOpen: true, life: FindingCase([CaseStep(.opened, at: at(seconds))]), steps: [])
    }
    let list = [
      record("a", .high, 5), record("b", .critical, 9), record("facility-named-page", .high, 50),
      record("c", .high, 2),
    ]
    #expect(
      list.sorted(by: FindingRecord.precedes).map(\.finding.check) == ["facility-named-page", "b", "c", "a"])
  }
}
