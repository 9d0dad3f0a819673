import Addresses
import Campaigns
import FleetContract
import FleetStore
import Posture
import SQLStore
import Sightings
import Testing

@Suite(.onBothEngines) struct CampaignStoreTests {
  private static let spec = CampaignSpec(
    plan: "", authorisation: "/a", keys: "/k", optOuts: nil, interface: "scan0", ports: [22, 23],
    blocks: ["192.0.2.0/24"], plannedOptOuts: [], key: "", addresses: 256, targets: 512, tries: 2, shards: 3,
    workers: 2, lease: 2, looksAgain: true, schedule: CampaignSchedule())

  private func running() throws -> Fixture {
    let fixture = try Fixture()
    #expect(try fixture.store.plan("spring", Self.spec, at: noon))
    #expect(try !fixture.store.plan("spring", Self.spec, at: noon))
    #expect(try fixture.store.lease(.scan, of: "spring", by: "a", seconds: 600) == nil)
    #expect(try fixture.store.ask(.start, of: "spring", reason: nil, at: noon)?.isDone == true)
    return fixture
  }

  private func found(
    _ last: Int, _ state: FoundTarget.State = .open, port: UInt16 = 23, _ seconds: Int64 = 1
  ) -> FoundTarget {
    FoundTarget(
      address: known(IPAddress("192.0.2.\(last)")), port: .tcp(port), state: state, time: at(seconds))
  }

  private func news(_ found: [FoundTarget], step: UInt64 = 5) -> ShardNews {
    var news = ShardNews()
    news.found = found
    news.place = ScannerLine.Place(checkpoint: "AAEC", attempt: 0, step: step, probes: 3)
    news.steps = 100
    return news
  }

  private func run(_ sql: String, _ fixture: Fixture) throws {
    try Places.database(fixture.store.path).write { try $0.execute(sql: sql) }
  }

  @Test func `a part is one worker's at a time, and goes on where it was`() throws {
    let fixture = try running()
    let store = fixture.store
    let taken = try (0..<4).map { try store.lease(.scan, of: "spring", by: "w\($0)", seconds: 600) }
    #expect(taken.map { $0?.number } == [0, 1, 2, nil])
    let first = known(taken[0])
    #expect(try store.write(news([found(1)]), of: first, seconds: 600, now: at(2)) == .running)
    #expect(try store.giveBack(first, done: nil))
    let again = known(try store.lease(.scan, of: "spring", by: "w9", seconds: 600))
    #expect(again.number == 0 && again.checkpoint == [0, 1, 2] && again.lease == 2 && !again.isTakenOver)
    // Whoever had it before has nothing to say any more.
    #expect(try store.write(news([found(2)]), of: first, seconds: 600, now: at(3)) == nil)
    #expect(try !store.giveBack(first, done: nil))
    #expect(try store.tallies(of: "spring").states == ["open": 1])
  }

  @Test func `no more workers than were planned scan at once`() throws {
    let store = try running().store
    func take() throws -> PartLease? {
      try store.lease(.scan, of: "spring", by: "w", seconds: 600, atMost: 2)
    }
    let first = known(try take())
    #expect(try take() != nil && take() == nil)
    #expect(try store.giveBack(first, done: nil))
    #expect(try take()?.number == 0)
  }

  @Test func `a lease that is over, or that a clock set back made endless, is another's`() throws {
    let fixture = try running()
    let store = fixture.store
    let first = known(try store.lease(.scan, of: "spring", by: "a", seconds: 600))
    try run("UPDATE campaign_part SET until = until - 601000 WHERE number = 0 AND kind = 'scan'", fixture)
    let second = known(try store.lease(.scan, of: "spring", by: "b", seconds: 600))
    #expect(second.number == 0 && second.isTakenOver)
    try run("UPDATE campaign_part SET until = until + 3600000 WHERE number = 0 AND kind = 'scan'", fixture)
    let third = known(try store.lease(.scan, of: "spring", by: "c", seconds: 600))
    #expect(third.number == 0 && third.lease == 3)
    #expect(try store.write(news([found(1)]), of: first, seconds: 600, now: at(2)) == nil)
    #expect(try store.write(news([found(1)]), of: second, seconds: 600, now: at(2)) == nil)
    #expect(try store.workers(of: "spring") == 1)
  }

  @Test func `what is told twice is one result, and the better word counts`() throws {
    let fixture = try running()
    let store = fixture.store
    try store.note([SessionChange(gateway: gateway, address: known(IPAddress("192.0.2.1")), time: at(0))])
    let lease = known(try store.lease(.scan, of: "spring", by: "a", seconds: 600))
    _ = try store.write(
      news([found(1, .filtered), found(2), found(3, .closed)]), of: lease, seconds: 600, now: at(2))
    _ = try store.write(
      news([found(1, .open, 7), found(2, .filtered, 8), found(2, .open, 9), found(3, .open, 9)]),
      of: lease, seconds: 600, now: at(10))
    let tallies = try store.tallies(of: "spring")
    #expect(tallies.states == ["open": 2, "closed": 1])
    #expect(tallies.gateways == 1 && tallies.attributed == 1 && tallies.unattributed == ["nobody": 1])
    #expect(try store.sightings(of: gateway).map(\.time) == [at(7)])
  }

  @Test func `it is done when all is scanned and everybody was asked`() throws {
    let fixture = try running()
    let store = fixture.store
    let line = """
      {"report":{"probes":4,"open":1,"closed":0,"filtered":0,"unreachable":0,"tarpits":0,"forged":0,"unrelated":0,\
      "opted_out":0,"not_sent":0,"not_heard":0,"missed":{"low":0,"estimate":0.01,"high":0.1},"seconds":1}}
      """
    guard case .report(let report) = ScannerLine(Array(line.utf8)) else {
      Issue.record("the report is not read")
      return
    }
    while let lease = try store.lease(.scan, of: "spring", by: "a", seconds: 600) {
      _ = try store.write(news([found(lease.number + 1)]), of: lease, seconds: 600, now: at(2))
      #expect(try store.giveBack(lease, done: report))
    }
    #expect(try store.settle("spring", at: at(3)) == .running)
    var asked = 0
    while let lease = try store.lease(.look, of: "spring", by: "a", seconds: 600) {
      let targets = try store.unlooked(lease, limit: 10)
      asked += targets.count
      let look = ServiceLook(.answered, protocol: .http, kind: .router, at: at(4))
      #expect(try store.write(targets.map { ($0, look) }, of: lease, seconds: 600) == .running)
      #expect(try store.giveBack(lease, done: nil))
    }
    #expect(asked == 3)
    #expect(try store.settle("spring", at: at(5)) == .done)
    let tallies = try store.tallies(of: "spring")
    #expect(tallies.looked == 3 && tallies.protocols == ["http": 3] && tallies.kinds == ["router": 3])
    #expect(try store.services(of: "spring", limit: 9).allSatisfy { $0.look?.protocol == .http })
    let shards = try store.shards(of: "spring")
    #expect(shards.progress.allSatisfy(\.isDone) && shards.reports == [report, report, report])
  }
}
