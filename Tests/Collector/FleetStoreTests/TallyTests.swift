import BrokerFixture
import Casework
import Cryptography
import FleetContract
import FleetStore
import Posture
import SQLStore
import Testing
import Trials

/// What pages count is counted as it changes, and what they list is found where it lies.
@Suite(.onBothEngines) struct TallyTests {
  private let fixture: Fixture

  init() throws { fixture = try Fixture() }

  private func name(_ number: Int) -> GatewayID {
    let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
    return known(GatewayID("gw-\(letters[number / 32])\(letters[number % 32])aaaaaaaaaaaaaa"))
  }

  private func status(_ number: Int, online: Bool, _ cause: StatusCause = .start, birth: Int64 = 1) -> Arrival
  {
    arrival(
      .status(StatusBody(online: online, birth: birth, cause: cause, agent: "1.0")), from: name(number))
  }

  private func enrol(_ number: Int, _ group: String) throws {
    let hash = Digest.sha256([1])
    let grant = "\(group)-\(number)"
    try fixture.store.add(
      EnrolmentGrant(
        id: grant, kind: .token, group: group, created: noon,
        expires: WallTime(milliseconds: noon.milliseconds + 1000), usesLeft: 1), secretHash: hash)
    _ = try fixture.store.redeem(
      Redemption(grant: grant, kind: .token, secretHash: hash, gateway: name(number), now: noon))
  }

  private func regions(_ groups: [String]? = nil) throws -> [String] {
    try fixture.store.regions(groups: groups).map {
      "\($0.group ?? "none"): \($0.online) on line, \($0.offline) off line, \($0.lost) lost"
    }
  }

  private func spoil() throws {
    try Places.database(fixture.store.path).write { db in
      try db.execute(sql: "UPDATE gateway_count SET count = 7")
    }
  }

  private func expectSound(_ comment: Comment? = nil) throws {
    let faults = try fixture.store.check().faults
    #expect(faults.isEmpty, comment ?? "\(faults)")
  }

  @Test func `gateways are counted by region while they come, go, move, are revoked and erased`() async throws
  {
    let store = fixture.store
    for number in 0..<3 { try enrol(number, "east") }
    _ = try await store.commit(Batch(arrivals: (0..<4).map { status($0, online: true) }))
    #expect(
      try regions() == [
        "none: 1 on line, 0 off line, 0 lost",
        "east: 3 on line, 0 off line, 0 lost",
      ])
    let away = [status(0, online: false, .lost), status(1, online: false, .stop)]
    _ = try await store.commit(Batch(arrivals: away))
    // Told again, nobody goes twice.
    _ = try await store.commit(Batch(arrivals: away))
    #expect(
      try regions(["east"]) == ["east: 1 on line, 2 off line, 1 lost"])
    try expectSound()
    try enrol(3, "west")
    #expect(try store.groupNames() == ["east", "west"])
    #expect(try store.revoke(name(0), reason: nil, at: noon))
    #expect(try store.counts(now: noon).gateways == ["online": 2, "offline": 1, "revoked": 1])
    try expectSound()
    #expect(try store.erase(name(1), by: "anna", at: noon))
    #expect(try store.counts(now: noon).gateways == ["online": 2, "revoked": 1])
    #expect(
      try regions() == [
        "east: 1 on line, 0 off line, 0 lost",
        "west: 1 on line, 0 off line, 0 lost",
      ])
    try expectSound()
    try spoil()
    #expect(try !store.check().isSound)
    try store.repair()
    try expectSound()
  }

  @Test func `the days keep what was found and closed on them, whatever is forgotten since`() async throws {
    let store = fixture.store
    _ = try await fixture.commit(
      arrival(finding(.opened, "dev-a"), seq: 1), arrival(finding(.opened, "dev-b"), seq: 2))
    _ = try await fixture.commit(arrival(finding(.closed, "dev-a"), seq: 3))
    let day = noon.milliseconds / 86_400_000
    func days() throws -> [[Int64]] {
      try store.findingDays(since: WallTime(milliseconds: noon.milliseconds - 86_400_000)).map {
        [$0.day, Int64($0.opened), Int64($0.closed)]
      }
    }
    #expect(try days() == [[day, 2, 1]])
    #expect(try store.note(CaseStep(.notified, at: noon, by: "anna"), of: "telnet-open:dev-b", at: gateway))
    #expect(try store.stepCounts(since: noon) == [.opened: 2, .closed: 1, .notified: 1])
    #expect(try store.stepCounts(since: noon, groups: ["elsewhere"]).isEmpty)
    #expect(try store.erase(gateway, by: "anna", at: noon))
    #expect(try days() == [[day, 2, 1]])
  }

  @Test func `a list of a state goes through all of them in order, whether they are few or many`()
    async throws
  {
    let store = fixture.store
    for number in 0..<60 where number % 30 == 7 { try enrol(number, "small") }
    _ = try await store.commit(
      Batch(arrivals: (0..<60).map { status($0, online: $0 != 41, $0 == 41 ? .lost : .start) }))
    func all(_ filter: FleetFilter) throws -> [GatewayID] {
      var found: [GatewayID] = []
      var after: GatewayID?
      repeat {
        let page = try store.fleetPage(filter, after: after, limit: 7)
        found += page.items.map(\.gateway)
        after = page.next
      } while after != nil
      return found
    }
    let names = (0..<60).map(name).sorted { $0.text < $1.text }
    #expect(try all(FleetFilter()) == names)
    #expect(try all(FleetFilter(state: "lost")) == [name(41)])
    #expect(try all(FleetFilter(state: "online")) == names.filter { $0 != name(41) })
    #expect(try all(FleetFilter(groups: ["small"])) == [name(7), name(37)].sorted { $0.text < $1.text })
    #expect(try all(FleetFilter(groups: ["small"], state: "lost")).isEmpty)
    #expect(try all(FleetFilter(groups: [])).isEmpty)
  }

  @Test func `only gateways with something that nobody was told of are to be told, part by part`()
    async throws
  {
    let store = fixture.store
    for number in 0..<4 { try enrol(number, number < 3 ? "east" : "west") }
    for number in 0..<4 {
      _ = try await store.commit(
        Batch(arrivals: [arrival(finding(.opened, "dev-a"), seq: 1, from: name(number))]))
    }
    _ = try await store.commit(
      Batch(arrivals: [arrival(finding(.closed, "dev-a"), seq: 2, from: name(1))]))
    #expect(try store.note(CaseStep(.notified, at: noon, by: "anna"), of: "telnet-open:dev-a", at: name(2)))
    #expect(try store.gatewaysToTell(limit: 9, now: noon) == [name(0), name(3)])
    #expect(try store.gatewaysToTell(limit: 1, now: noon) == [name(0)])
    #expect(try store.gatewaysToTell(after: name(0), limit: 9, now: noon) == [name(3)])
    #expect(try store.gatewaysToTell(inGroups: ["east"], limit: 9, now: noon) == [name(0)])
    let later = WallTime(milliseconds: noon.milliseconds + 1000)
    let decision = Decision(
      finding: "telnet-open:dev-a", kind: .muted, by: "a", reason: "b", made: noon, until: later,
      severity: .high)
    #expect(try store.decide(decision, on: "telnet-open:dev-a", at: name(0), by: "a", now: noon))
    #expect(try store.gatewaysToTell(limit: 9, now: noon) == [name(3)])
    #expect(try store.gatewaysToTell(limit: 9, now: later) == [name(0), name(3)])
  }

  @Test func `a trial counts what each subscriber had first, closed or not`() async throws {
    let store = fixture.store
    #expect(try store.begin("t", arms: [.init("a")], holdOut: 0.5, key: Array(0..<16), at: noon))
    func commit(_ change: FindingEvent.Change, _ device: String, of number: Int, day: Int64, seq: Int64)
      async throws
    {
      var event = arrival(finding(change, device), seq: seq, from: name(number))
      event.received = WallTime(milliseconds: noon.milliseconds + day * 86_400_000)
      _ = try await store.commit(Batch(arrivals: [event]))
    }
    // Closed in time, closed too late, not closed; then something that counts for nobody.
    try await commit(.opened, "dev-a", of: 0, day: 1, seq: 1)
    try await commit(.closed, "dev-a", of: 0, day: 3, seq: 2)
    try await commit(.opened, "dev-a", of: 1, day: 1, seq: 1)
    try await commit(.closed, "dev-a", of: 1, day: 20, seq: 2)
    try await commit(.opened, "dev-a", of: 2, day: 1, seq: 1)
    try await commit(.opened, "dev-b", of: 2, day: 30, seq: 2)
    try await commit(.closed, "dev-b", of: 2, day: 31, seq: 3)
    // One that came back: its first time counts, which was closed.
    try await commit(.opened, "dev-a", of: 3, day: 1, seq: 1)
    try await commit(.closed, "dev-a", of: 3, day: 2, seq: 2)
    try await commit(.opened, "dev-a", of: 3, day: 25, seq: 3)
    // Too young to be judged.
    try await commit(.opened, "dev-a", of: 4, day: 30, seq: 1)
    let trial = known(try store.trials().first)
    let now = WallTime(milliseconds: noon.milliseconds + 40 * 86_400_000)
    let outcomes = try store.outcomes(of: trial, within: 14, now: now)
    #expect(outcomes.count == 4)
    #expect(outcomes.count { $0.isClosed == true } == 2 && outcomes.count { $0.isClosed == false } == 2)
  }
}
