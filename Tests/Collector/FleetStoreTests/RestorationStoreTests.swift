import BrokerFixture
import FleetContract
import FleetStore
import Posture
import SQLStore
import Testing

/// What the collector counts to see an outage, from what gateways and the broker said.
@Suite(.onBothEngines) struct RestorationStoreTests {
  private let directory: TemporaryDirectory
  private let store: FleetStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try FleetStore.open(Places.new(in: directory))
  }

  private func time(_ seconds: Int64) -> WallTime {
    WallTime(milliseconds: 1_770_000_000_000 + seconds * 1000)
  }

  private func name(_ number: Int) throws -> GatewayID {
    let last = Array("abcdefghijklmnopqrstuvwxyz")[number]
    return try #require(GatewayID("gw-aaaaaaaaaaaaaaa\(last)"))
  }

  private func status(_ number: Int, online: Bool, _ cause: StatusCause, birth: Int64, at seconds: Int64)
    async throws
  {
    let body = StatusBody(online: online, birth: birth, cause: cause, agent: "0.1.0")
    let arrival = Arrival(
      gateway: try name(number), seq: nil, made: nil, received: time(seconds), content: .status(body))
    _ = try await store.commit(Batch(arrivals: [arrival]))
  }

  private func enrol(_ number: Int, _ group: String?) throws {
    try Places.database(store.path).write { db in
      try db.execute(
        sql: "INSERT INTO enrolment (gateway, \"group\", enrolled) VALUES (?, ?, 0)",
        arguments: [try name(number).description, group])
    }
  }

  @Test func `who was lost and who came is counted by group, since the time that is asked for`() async throws
  {
    for number in 0..<5 { try enrol(number, number < 3 ? "a" : number == 3 ? "b" : nil) }
    for number in 0..<5 { try await status(number, online: true, .start, birth: 1, at: 10) }
    #expect(try store.enrolledCounts() == ["a": 3, "b": 1])
    for number in [0, 1, 4] { try await status(number, online: false, .lost, birth: 1, at: 100) }
    // One that said goodbye is not lost; a Will of an older session means nothing.
    try await status(2, online: false, .stop, birth: 1, at: 100)
    try await status(3, online: true, .power, birth: 2, at: 110)
    try await status(3, online: false, .lost, birth: 1, at: 120)
    let lately = try store.changes(lost: time(90), born: time(105))
    #expect(lately == ["a": GroupCount(away: 2, returned: 0), "b": GroupCount(away: 0, returned: 1)])
    #expect(try store.changes(lost: time(101), born: time(111))["a"]?.away ?? 0 == 0)
    #expect(try store.changes(of: "a", lost: time(90), born: time(0)) == GroupCount(away: 2, returned: 0))
    #expect(try store.changes(of: "nobody", lost: time(0), born: time(0)).away == 0)
    #expect(try store.silentCounts(since: time(125)) == ["b": 1])
    #expect(try store.silentCounts(since: time(115)).isEmpty)
  }

  @Test func `what the broker kept was received when it came first`() async throws {
    try enrol(0, "a")
    try await status(0, online: true, .start, birth: 1, at: 0)
    try await status(0, online: false, .lost, birth: 1, at: 100)
    #expect(try store.changes(lost: time(90), born: time(90))["a"]?.away == 1)
    // The collector starts again a day later and is handed the same Will.
    try await status(0, online: false, .lost, birth: 1, at: 86_500)
    #expect(try store.changes(lost: time(86_400), born: time(86_400)).isEmpty)
    #expect(try store.changes(of: "a", lost: time(90), born: time(90)).away == 1)
  }

  @Test func `an announced outage is listed until it is over or taken back`() throws {
    let group = try #require(TopicName("area-1"))
    let first = try store.announce(group, from: time(100), until: time(200), expected: nil)
    let second = try store.announce(group, from: time(50), until: time(300), expected: 7)
    #expect(try store.announcedOutages(at: time(0)).map(\.number) == [second, first])
    #expect(try store.announcedOutages(at: time(250)).map(\.expected) == [7])
    #expect(try store.cancelOutage(second, at: time(250)))
    #expect(try !store.cancelOutage(second, at: time(250)) && !store.cancelOutage(first, at: time(250)))
    #expect(try store.announcedOutages(at: time(0)).map(\.number) == [first])
    #expect(try store.restoration() == nil)
    try store.keepRestoration("{}", at: time(1))
    try store.keepRestoration("{\"a\":1}", at: time(2))
    #expect(try store.restoration()?.state == "{\"a\":1}")
  }

  @Test func `of those who share a database one decides until it lets go, and in a file whoever came last`()
    throws
  {
    #expect(try store.holdRestoration("one", seconds: 600))
    #expect(try store.holdRestoration("two", seconds: 600) == !store.isShared)
    let holder = store.isShared ? "one" : "two"
    let other = store.isShared ? "two" : "one"
    #expect(try store.holdRestoration(holder, seconds: 600))
    #expect(try store.keepRestoration("{}", at: time(1), by: holder))
    #expect(try !store.keepRestoration("[]", at: time(2), by: other))
    #expect(try store.restoration()?.state == "{}")
    // What somebody else holds is not let go by another.
    try store.releaseRestoration(other)
    #expect(try store.keepRestoration("{ }", at: time(3), by: holder))
    try store.releaseRestoration(holder)
    #expect(try store.holdRestoration(other, seconds: -1))
    // Its time is over, so the first may have it again.
    #expect(try store.holdRestoration(holder, seconds: 600))
    #expect(try !store.keepRestoration("[]", at: time(4), by: other))
  }
}
