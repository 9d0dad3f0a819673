import Cryptography
import FleetContract
import FleetStore
import LinuxIO
import MQTTClient
import Pacing
import PostgresFixture
import Posture
import Restoration
import Synchronization
import Testing

/// Several collectors with one database, which is a real one.
@Suite struct SharedPaceTests {
  /// One collector's desk, and what it gave its broker to keep.
  private final class Desk: Sendable {
    let store: FleetStore
    let desk: PaceDesk
    private let kept: Mutex<[[UInt8]]>

    init(_ place: String, _ key: SigningKey) throws {
      let store = try FleetStore.open(place)
      let terms = PaceDesk.Terms(
        fleet: FleetTerms(capacity: 10, outageFrom: 10, criticalShare: 0, lowShare: 0, period: 1))
      let box = Box()
      self.store = store
      desk = PaceDesk(store, key: key, terms: terms, hints: nil) { box.take($0.payload) }
      kept = Mutex([])
      box.desk = self
    }

    private final class Box: @unchecked Sendable {
      // Unchecked: written once, before anybody runs.
      weak var desk: Desk?
      func take(_ payload: [UInt8]) { desk?.kept.withLock { $0.append(payload) } }
    }

    var payloads: [[UInt8]] { kept.withLock { $0 } }

    /// Waits for a notice.
    func wait(for isIt: (PaceNotice) -> Bool) async throws {
      for await notice in desk.notices where isIt(notice) { return }
      Issue.record("the desk ended before it said that")
    }
  }

  private func enrol(_ store: FleetStore) throws {
    let now = Clocks.wall
    let hash = Digest.sha256([1])
    try store.add(
      EnrolmentGrant(
        id: "t", kind: .token, group: "area", created: now,
        expires: WallTime(milliseconds: now.milliseconds + 60_000), usesLeft: 1), secretHash: hash)
    let gateway = try #require(GatewayID("gw-aaaaaaaaaaaaaaaa"))
    _ = try store.redeem(
      Redemption(grant: "t", kind: .token, secretHash: hash, gateway: gateway, now: now))
  }

  @Test(.timeLimit(.minutes(5)))
  func `of two collectors one decides, the other publishes the same, and takes over when the first ends`()
    async throws
  {
    let place = try PostgresFixture.shared.get().database()
    let key = try SigningKey()
    let first = try Desk(place, key)
    try enrol(first.store)
    let running = Task { try await first.desk.run() }
    try await first.wait { if case .published = $0 { true } else { false } }
    let second = try Desk(place, key)
    let waiting = Task { try await second.desk.run() }
    defer { waiting.cancel() }
    try await second.wait { if case .standsBy = $0 { true } else { false } }
    let group = try #require(TopicName("area"))
    let now = Clocks.wall.milliseconds
    _ = try first.store.announce(
      group, from: WallTime(milliseconds: now - 1000), until: WallTime(milliseconds: now + 3_600_000),
      expected: 5_000)
    try await first.wait { if case .outage = $0 { true } else { false } }
    // What the first decided for the outage, the second hears of and tells its broker, word for word.
    let decided = try #require(first.payloads.last)
    var heard = second.payloads
    while heard.last != decided {
      try await second.wait { if case .published = $0 { true } else { false } }
      heard = second.payloads
    }
    #expect(heard.allSatisfy(first.payloads.contains))
    running.cancel()
    try await second.wait { if case .decides = $0 { true } else { false } }
    // It goes on with what was decided: the outage is not begun anew.
    #expect(second.payloads.allSatisfy(first.payloads.contains))
    let left = try first.store.keepRestoration("{}", at: Clocks.wall, by: "nobody")
    #expect(!left)
  }
}
