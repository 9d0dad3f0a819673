import BrokerFixture
import Campaigns
import FleetContract
import FleetStore
import Glibc
import Posture
import PostgresFixture
import SQLStore
import Testing

/// What several processes do with one PostgreSQL database at the same time, each with sessions of its own.
@Suite struct SharedDatabaseTests {
  private let uri: String

  init() throws {
    uri = try PostgresFixture.shared.get().database()
  }

  private func count(_ sql: String) throws -> Int {
    try Places.database(uri).read { try Int.fetchOne($0, sql: sql) ?? -1 }
  }

  @Test func `a record that comes to all of them at once is stored once`() async throws {
    let stores = try (0..<4).map { _ in try FleetStore.open(uri) }
    let names = "abcdef".compactMap { GatewayID("gw-aaaaaaaaaaaaaaa\($0)") }
    for round in 0..<8 {
      let numbers = (round * 3 + 1)...(round * 3 + 3)
      let answers = try await withThrowingTaskGroup(of: [GatewayID: AckBody].self) { group in
        for (place, store) in stores.enumerated() {
          // Each hears them at its own time and in its own order.
          let arrivals = names.flatMap { name in
            numbers.map { seq in
              var one = arrival(finding(.opened, "d\(seq)"), seq: Int64(seq), from: name)
              one.received = WallTime(milliseconds: noon.milliseconds + Int64(place))
              return one
            }
          }
          let ordered = place % 2 == 0 ? arrivals : arrivals.reversed()
          group.addTask { try await store.commit(Batch(arrivals: ordered)) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for answer in answers { #expect(answer[names[0]] == AckBody(stored: Int64(numbers.upperBound))) }
    }
    #expect(try count("SELECT count(*) FROM event") == 8 * 3 * names.count)
    #expect(try count("SELECT count(*) FROM stored") == names.count)
    #expect(try count("SELECT count(*) FROM finding_step") == 8 * 3 * names.count)
  }

  @Test func `workers that ask at the same moment get different shards`() async throws {
    let stores = try (0..<6).map { _ in try FleetStore.open(uri) }
    let spec = CampaignSpec(
      plan: "", authorisation: "/a", keys: "/k", optOuts: nil, interface: "scan0", ports: [22],
      blocks: ["192.0.2.0/24"], plannedOptOuts: [], key: "", addresses: 256, targets: 256, tries: 2,
      shards: 24,
      workers: 24, lease: 60, looksAgain: false, schedule: CampaignSchedule())
    #expect(try stores[0].plan("spring", spec, at: noon))
    _ = try stores[0].ask(.start, of: "spring", reason: nil, at: noon)
    let taken = try await withThrowingTaskGroup(of: [Int].self) { group in
      for (place, store) in stores.enumerated() {
        group.addTask {
          try (0..<4).compactMap { _ in
            try store.lease(.scan, of: "spring", by: "w\(place)", seconds: 60)?.number
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(taken.sorted() == Array(0..<24))
    #expect(try stores[0].lease(.scan, of: "spring", by: "late", seconds: 60) == nil)
  }

  @Test func `numbers of commands are given once`() async throws {
    let stores = try (0..<4).map { _ in try FleetStore.open(uri) }
    let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for store in stores {
        group.addTask { try (0..<10).map { _ in try store.takeCommandNumbers(2, at: noon) } }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(taken).count == 40)
  }

  @Test func `a week that is past its time goes whole, and a new one is there before it begins`() async throws
  {
    let store = try FleetStore.open(uri)
    let week: Int64 = 7 * 86_400_000
    let now = WallTime(milliseconds: Int64(time(nil)) * 1000)
    let weeks = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'event'::regclass"
    let before = try count(weeks)
    #expect(before == 5, "the rest, the last week, this one and two more")
    for back in [0, 1, 60] as [Int64] {
      var old = arrival(finding(.opened, "d\(back)"), seq: 100 - back)
      old.received = WallTime(milliseconds: now.milliseconds - back * week)
      _ = try await store.commit(Batch(arrivals: [old]))
    }
    #expect(try count("SELECT count(*) FROM event") == 3)
    // Of another time than anybody made a part for, it is kept with the rest, and forgotten like the others.
    let later = WallTime(milliseconds: now.milliseconds + 90 * week)
    try await store.prune(Retention(), now: now)
    #expect(try count("SELECT count(*) FROM event") == 2)
    try await store.prune(Retention(), now: later)
    #expect(try count("SELECT count(*) FROM event") == 0)
    #expect(try count(weeks) <= 5)
    #expect(
      try count("SELECT count(*) FROM pg_class WHERE relname LIKE 'event_week_%' AND relkind = 'r'") == 4)
  }
}
