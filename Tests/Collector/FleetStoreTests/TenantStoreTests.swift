import FleetContract
import FleetStore
import Posture
import Testing

/// What the store says of gateways of which tenants are told, on both engines.
@Suite(.onBothEngines, .serialized) struct TenantStoreTests {
  private static let city = known(TopicName("city"))

  private func enrol(_ id: GatewayID, for group: String, in store: FleetStore) throws {
    try store.add(
      EnrolmentGrant(
        id: id.text + group, kind: .claim, group: group, created: noon,
        expires: WallTime(milliseconds: .max / 2), usesLeft: 9), secretHash: nil)
    let redemption = Redemption(
      grant: id.text + group, kind: .claim, secretHash: nil, gateway: id, now: noon)
    #expect(try store.redeem(redemption) == .accepted(group: group))
  }

  private static func online(_ birth: Int64) -> Arrival.Content {
    .status(StatusBody(online: true, birth: birth, cause: .start, agent: "1"))
  }

  @Test func `only what is new is told, and only of the groups that are asked for`() async throws {
    let fixture = try Fixture()
    let other = known(GatewayID(hash: [UInt8](repeating: 1, count: 10)))
    try enrol(gateway, for: "area-7", in: fixture.store)
    try enrol(other, for: "area-8", in: fixture.store)
    let posture = Arrival.Content.posture(PostureSummary(of: [], agentVersion: "1"))
    func commit(_ arrivals: [Arrival], telling groups: Set<String> = ["area-7"]) async throws -> TenantNews {
      try await fixture.store.commit(Batch(arrivals: arrivals), telling: groups).news
    }
    let first = try await commit([
      arrival(finding(.opened, "dev-1"), seq: 1), arrival(finding(.opened, "dev-2"), seq: 2, from: other),
      arrival(finding(.closed, "dev-1"), seq: 2), arrival(finding(.opened, "dev-1"), seq: 1),
    ])
    #expect(first.findings.map(\.seq) == [1, 2])
    #expect(first.findings.map(\.event.event) == [.opened, .closed])
    #expect(first.states.isEmpty)
    #expect(try await commit([arrival(finding(.closed, "dev-1"), seq: 2)]).isEmpty)
    #expect(try await commit([arrival(finding(.opened, "dev-1"), seq: 3)], telling: []).isEmpty)

    // A newer number is a state of its own; what the broker kept comes again, and is none.
    for content in [Self.online(1), posture] {
      #expect(try await commit([arrival(content, seq: 10)]).states == [gateway])
      #expect(try await commit([arrival(content, seq: 10)]).isEmpty)
    }
    #expect(try await commit([arrival(Self.online(2), seq: 11, from: other)]).isEmpty)
    let known = try fixture.store.tenantGateways([gateway, other])
    #expect(Set(known.map(\.group)) == ["area-7", "area-8"])
    #expect(known.first { $0.gateway == gateway }?.posture?.grade == .unknown)
    #expect(known.first { $0.gateway == gateway }?.status?.online == true)
  }

  @Test func `what the broker keeps is doubted when its gateway leaves the group or is erased`() async throws
  {
    let fixture = try Fixture()
    let store = fixture.store
    try enrol(gateway, for: "area-7", in: store)
    try await fixture.commit(arrival(Self.online(1), seq: 1))
    let topics = TenantTopics(gateway: gateway, tenant: Self.city, group: "area-7")
    // Of a gateway that has left meanwhile nothing is noted, so nothing may be published.
    let left = TenantTopics(gateway: gateway, tenant: Self.city, group: "area-6")
    #expect(try store.note([left]) == [left])
    try store.doubtTopics(but: [:])
    #expect(try store.staleTopics(atMost: 9).isEmpty)
    #expect(try store.note([topics]).isEmpty)
    #expect(try store.note([topics]).isEmpty)
    try store.doubtTopics(but: [Self.city: ["area-7"]])
    #expect(try store.staleTopics(atMost: 9).isEmpty)
    try enrol(gateway, for: "area-8", in: store)
    let moved = TenantTopics(gateway: gateway, tenant: Self.city, group: "area-8")
    #expect(try store.staleTopics(atMost: 9) == [moved])
    try store.settle(cleared: [], kept: [moved])
    #expect(try store.staleTopics(atMost: 9).isEmpty)
    #expect(try store.erase(gateway, by: "test", at: noon))
    let gone = TenantTopics(gateway: gateway, tenant: Self.city, group: nil)
    #expect(try store.staleTopics(atMost: 9) == [gone])
    try store.settle(cleared: [gone], kept: [])
    #expect(try store.staleTopics(atMost: 9).isEmpty)
  }
}
