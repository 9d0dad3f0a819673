import Addresses
import BrokerFixture
import Casework
import Correlate
import FleetContract
import FleetStore
import GRDB
import Posture
import Sightings
import Testing

/// Whatever happens in whatever order, what pages read is what working it all out would say.
@Suite struct StandingTests {
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

  private static let checks = ["telnet-open", "facility-named-page", "upnp-open"]
  private static let groups = ["east", "west"]

  private struct History {
    let store: FleetStore
    var chance: Chance
    var clock: Int64 = 0
    var seq: [GatewayID: Int64] = [:]
    var grants = 0
    let gateways = [gateway, other]

    mutating func finding() -> Finding {
      let check = known(checks.randomElement(using: &chance))
      return Finding(
        check: check, severity: known(Severity.allCases.randomElement(using: &chance)),
        device: "dev-\(Int.random(in: 0..<3, using: &chance))",
        service: Bool.random(using: &chance) ? .tcp(UInt16.random(in: 22...24, using: &chance)) : nil,
        evidence: Evidence(protocol: Bool.random(using: &chance) ? .telnet : nil), remedy: "close-telnet")
    }

    mutating func step() async throws {
      clock += Int64.random(in: 0...5, using: &chance)
      let id = known(gateways.randomElement(using: &chance))
      switch Int.random(in: 0..<12, using: &chance) {
      case 0...3:
        var number = seq[id, default: 0] + 1
        seq[id] = number
        // Some are overtaken on their way.
        if Int.random(in: 0..<6, using: &chance) == 0 { number += 1_000 }
        let change: FindingEvent.Change = Bool.random(using: &chance) ? .opened : .closed
        var event = arrival(.finding(FindingEvent(change, finding()), text: "{}"), seq: number, from: id)
        event.received = at(clock)
        _ = try await store.commit(Batch(arrivals: [event]))
      case 4...5:
        var seen = sighting(
          UInt16.random(in: 22...24, using: &chance), clock - Int64.random(in: 0...20, using: &chance),
          known([Sighting.State.open, .closed, .silent].randomElement(using: &chance)),
          address: "192.0.2.\(Int.random(in: 1...2, using: &chance))")
        seen.protocol = [nil, .telnet, .http].randomElement(using: &chance) ?? nil
        _ = try store.add([seen], at: at(clock))
      case 6:
        let kind = known([CaseStep.Kind.notified, .acknowledged, .acted].randomElement(using: &chance))
        _ = try store.note(CaseStep(kind, at: at(clock), by: "anna"), of: finding().id, at: id)
      case 7:
        let finding = finding()
        let decision = Decision(
          finding: finding.id, kind: .muted, by: "a", reason: "b", made: at(clock), until: at(clock + 20),
          severity: finding.severity)
        _ = try store.decide(
          Bool.random(using: &chance) ? decision : nil, on: finding.id, at: id, by: "a", now: at(clock))
      case 8:
        // The address changes hands; what was seen before may be judged again.
        let address = sighting(1, 0, address: "192.0.2.\(Int.random(in: 1...2, using: &chance))").address
        try store.note([SessionChange(gateway: id, address: address, time: at(clock))])
        let tenure = Tenure(
          AddressBlock(address), ports: nil, holder: .gateway(id), from: at(clock - 10), until: at(clock),
          source: .lease)
        _ = try store.add([tenure])
      case 9:
        grants += 1
        let secret = [UInt8](repeating: 7, count: 32)
        try store.add(
          EnrolmentGrant(
            id: "grant\(grants)", kind: .token, group: groups.randomElement(using: &chance), created: at(0),
            expires: at(1_000_000), usesLeft: 1), secretHash: secret)
        _ = try store.redeem(
          Redemption(grant: "grant\(grants)", kind: .token, secretHash: secret, gateway: id, now: at(clock)))
      case 10:
        let devices = (0..<Int.random(in: 0...3, using: &chance)).map { number in
          Device(id: "dev-\(number)", kind: known([.camera, .nas].randomElement(using: &chance)))
        }
        seq[id, default: 0] += 1
        let list = arrival(
          .devices(DevicesBody(devices: devices, part: 1, parts: 1)), seq: seq[id, default: 0], from: id)
        _ = try await store.commit(Batch(arrivals: [list]))
      default:
        if Int.random(in: 0..<4, using: &chance) > 0 { return }
        var retention = Retention()
        retention.outside = .seconds(30)
        retention.closedFindings = .seconds(60)
        try await store.prune(retention, now: at(clock))
      }
    }
  }

  /// What lists have to say, worked out from every finding's steps.
  private func expect(_ store: FleetStore, _ filter: FindingFilter, now: WallTime) throws {
    var all: [FindingRecord] = []
    try store.findings { record in
      if let groups = filter.groups, !groups.contains(record.group ?? "") { return }
      if let id = filter.gateway, id != record.gateway { return }
      if let kind = filter.kind, kind != record.kind { return }
      if let check = filter.check, check != record.finding.check { return }
      if let severity = filter.severity, severity != record.finding.severity { return }
      if let stage = filter.stage {
        if record.life?.stage != stage { return }
      } else if !filter.all, record.life?.isClosed != false || record.isDecided(at: now) {
        return
      }
      all.append(record)
    }
    all.sort(by: FindingRecord.precedes)
    var listed: [FindingRecord] = []
    var after: FindingCursor?
    repeat {
      let page = try store.findingsPage(filter, after: after, limit: 2, now: now)
      listed += page.items
      after = try page.next.map { try #require(FindingCursor($0.text)) }
    } while after != nil
    #expect(
      listed.map { "\($0.gateway) \($0.finding.id)" } == all.map { "\($0.gateway) \($0.finding.id)" },
      "\(filter)")
    #expect(try store.countFindings(filter, now: now) == all.count, "\(filter)")
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `lists, counts and stages are what the steps say, after any history`(seed: UInt64) async throws {
    let fixture = try Fixture()
    var history = History(store: fixture.store, chance: Chance(state: seed))
    for round in 1...120 {
      try await history.step()
      guard round % 6 == 0 else { continue }
      let now = at(history.clock)
      #expect(try fixture.store.check().faults == [], "seed \(seed), round \(round)")
      try expect(fixture.store, FindingFilter(), now: now)
      guard round % 24 == 0 else { continue }
      try expect(fixture.store, FindingFilter(all: true), now: now)
      try expect(fixture.store, FindingFilter(gateway: gateway), now: now)
      for group in ["east", "west", "north"] {
        try expect(fixture.store, FindingFilter(groups: [group]), now: now)
      }
      try expect(fixture.store, FindingFilter(groups: Self.groups, stage: .closed), now: now)
      try expect(fixture.store, FindingFilter(severity: .high, check: "telnet-open"), now: now)
      try expect(fixture.store, FindingFilter(kind: .camera, all: true), now: now)
      for stage in FindingCase.Stage.allCases {
        try expect(fixture.store, FindingFilter(stage: stage), now: now)
      }
      try expectNumbers(fixture.store, now: now)
    }
    #expect(try fixture.store.erase(gateway, by: "anna", at: at(history.clock)))
    #expect(try fixture.store.check().faults == [])
  }

  private func expectNumbers(_ store: FleetStore, now: WallTime) throws {
    var stages: [FindingCase.Stage: Int] = [:]
    var (closed, open) = (0, 0)
    try store.findings { record in
      guard let life = record.life else { return }
      stages[life.stage, default: 0] += 1
      closed += life.episodes.count { $0.closed != nil }
      open += life.episodes.count { $0.closed == nil }
    }
    let counts = try store.counts(now: now)
    #expect(counts.stages == stages)
    #expect(counts.timeToClose.closed == closed && counts.timeToClose.open == open)
    #expect(
      try counts.severities.values.reduce(0, +) == store.countFindings(FindingFilter(), now: now))
    var matrix = AgreementMatrix()
    try store.views { $0.services.forEach { matrix.add($0) } }
    matrix.unattributed = try store.unattributedSightings()
    #expect(try store.agreement() == matrix)
  }

  @Test func `what is derived wrongly is told, and mended`() async throws {
    let fixture = try Fixture()
    try await fixture.commit(arrival(finding(.opened, "dev-a"), seq: 1))
    try await DatabaseQueue(path: fixture.store.path).write { db in
      try db.execute(sql: "UPDATE finding SET stage = 'acted'")
      try db.execute(sql: "UPDATE finding_count SET count = 7")
    }
    let faults = try fixture.store.check().faults
    #expect(faults.count == 2 && faults.allSatisfy { $0.contains("--repair") }, "\(faults)")
    #expect(try fixture.store.countFindings(FindingFilter(), now: noon) == 7)
    try fixture.store.repair()
    #expect(try fixture.store.check().isSound)
    #expect(try fixture.store.countFindings(FindingFilter(), now: noon) == 1)
  }

  @Test func `gateways are found by the beginning of their name, address, or a device's name`() async throws {
    let fixture = try Fixture()
    let store = fixture.store
    for id in [gateway, other] {
      let device = Device(
        id: "dev-\(id == gateway ? "a" : "b")", names: [id == gateway ? "Front-Door" : "attic"], kind: .camera
      )
      _ = try await store.commit(
        Batch(arrivals: [
          arrival(.devices(DevicesBody(devices: [device], part: 1, parts: 1)), seq: 1, from: id)
        ]))
      let address = sighting(1, 0, address: id == gateway ? "192.0.2.1" : "198.51.100.7").address
      try store.note([SessionChange(gateway: id, address: address, time: at(0))])
    }
    func found(_ text: String) throws -> [String] {
      try store.searchGateways(text, limit: 10).map {
        "\($0.overview.gateway == gateway ? 1 : 2) \($0.match)"
      }
    }
    #expect(try found("front") == ["1 front-door"] && found("FRONT-door") == ["1 front-door"])
    #expect(try found("192.0.") == ["1 192.0.2.1"] && found("198.51.100.7") == ["2 198.51.100.7"])
    #expect(try found("dev-b") == ["2 dev-b"] && found("gw-abcde") == ["1 \(gateway)"])
    #expect(try found("door").isEmpty && found("").isEmpty && found("%").isEmpty)
    #expect(try store.searchGateways("front", inGroups: ["east"], limit: 10).isEmpty)
    // The name is gone with what had it.
    let none = DevicesBody(devices: [], part: 1, parts: 1)
    try await fixture.commit(arrival(.devices(none), seq: 2))
    #expect(try found("front").isEmpty)
  }

  @Test func `a fleet's pages follow each other and keep to their filter`() async throws {
    let fixture = try Fixture()
    let ids = (0..<7).map { known(GatewayID("gw-aaaaaaaaaaaaaaa" + String(UnicodeScalar(UInt8(97 + $0))))) }
    for (number, id) in ids.enumerated() {
      let status = StatusBody(online: number % 2 == 0, birth: 1, cause: .power, agent: "1", queued: 0)
      _ = try await fixture.store.commit(Batch(arrivals: [arrival(.status(status), from: id)]))
    }
    var listed: [GatewayID] = []
    var after: GatewayID?
    repeat {
      let page = try fixture.store.fleetPage(FleetFilter(state: "online"), after: after, limit: 2)
      listed += page.items.map(\.gateway)
      after = page.next
    } while after != nil
    #expect(listed == [ids[0], ids[2], ids[4], ids[6]])
    #expect(try fixture.store.counts(now: noon).gateways == ["online": 4, "offline": 3])
    #expect(try fixture.store.fleetPage(FleetFilter(groups: []), limit: 5).items.isEmpty)
  }
}
