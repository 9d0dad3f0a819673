import Addresses
import BrokerFixture
import Correlate
import FleetContract
import FleetStore
import Posture
import Sightings
import Testing

/// Seconds after noon.
func at(_ seconds: Int64) -> WallTime { WallTime(milliseconds: noon.milliseconds + seconds * 1000) }

let other = known(GatewayID(hash: [UInt8](repeating: 1, count: 10)))

func sighting(
  _ port: UInt16, _ seconds: Int64, _ state: Sighting.State = .open, address: String = "192.0.2.1"
) -> Sighting {
  Sighting(
    address: known(IPAddress(address)), port: .tcp(port), state: state, time: at(seconds), source: "scanner")
}

@Suite(.onBothEngines) struct OutsideStoreTests {
  private func session(_ gateway: GatewayID, _ address: String?, _ seconds: Int64) -> SessionChange {
    SessionChange(gateway: gateway, address: address.map { known(IPAddress($0)) }, time: at(seconds))
  }

  @Test func `a sighting is whose session came from there, once`() throws {
    let store = try Fixture().store
    try store.note([
      session(gateway, "192.0.2.1", 0), session(gateway, nil, 100), session(other, "192.0.2.1", 200),
      // Taken over from elsewhere: the first tenure ends.
      session(other, "192.0.2.9", 300),
    ])
    let list = [50, 150, 250, 350].map { sighting(23, $0) }
    let result = try store.add(list, at: at(400))
    #expect(result.added == 4 && result.attributed == 2 && result.unattributed == ["nobody": 2])
    #expect(try store.add(list, at: at(500)).added == 0)
    #expect(try store.sightings(of: gateway) == [list[0]])
    #expect(try store.sightings(of: other) == [list[2]])
    #expect(try store.unattributedSightings() == [.nobody: 2])
  }

  @Test func `sessions nobody saw the end of end when somebody was last heard`() async throws {
    let fixture = try Fixture()
    try fixture.store.note([session(gateway, "192.0.2.1", 0), session(other, "192.0.2.2", 60)])
    try fixture.store.endSessions(at: nil)
    let result = try fixture.store.add([sighting(23, 30), sighting(23, 90)], at: at(100))
    #expect(result.attributed == 1 && result.unattributed == ["nobody": 1])
  }

  @Test func `leases that come later judge again`() throws {
    let store = try Fixture().store
    #expect(try store.add([sighting(23, 50), sighting(23, 950)], at: at(1000)).unattributed == ["nobody": 2])
    let lease = Tenure(
      known(AddressBlock("192.0.2.0/28")), holder: .gateway(gateway), from: at(0), until: at(100),
      source: .lease)
    #expect(try store.add([lease]) == 1)
    #expect(try store.add([lease]) == 0)
    #expect(try store.sightings(of: gateway).map(\.time) == [at(50)])
    let pool = Tenure(
      known(AddressBlock("192.0.2.0/24")), holder: .shared, from: at(0), until: nil, source: .lease)
    #expect(try store.add([pool]) == 1)
    #expect(try store.sightings(of: gateway).isEmpty)
    #expect(try store.unattributedSightings() == [.shared: 2])
  }

  private func exposures(_ ports: [(UInt16, [String])], more: Int = 0, seq: Int64, at time: WallTime)
    -> Arrival
  {
    var plan = ClosingPlan(id: "plan-a", made: noon, uptimeMilliseconds: 1, bootID: "b", entries: [])
    plan.entries = ports.map {
      ClosingPlan.Entry(
        id: "cl-\($0.0)", target: ClosingTarget(.tcp($0.0)), verdict: .ask, reasons: $0.1)
    }
    var body = ExposuresBody(plan)
    body.more = more
    let envelope = Envelope(
      gateway: gateway, seq: seq, bootID: "b", uptimeMilliseconds: 1, time: noon, clockSynced: true,
      body: body)
    let text = String(decoding: known(try? envelope.payload()), as: UTF8.self)
    return Arrival(envelope, received: time, .latest(name: "exposures", text: text))
  }

  private func views(_ store: FleetStore) throws -> [JoinedService] {
    var services: [JoinedService] = []
    try store.views { services += $0.services }
    return services
  }

  @Test func `joins what the gateway says with what was seen`() async throws {
    let fixture = try Fixture()
    try fixture.store.note([session(gateway, "192.0.2.1", 0)])
    try await fixture.commit(
      exposures(
        [(23, ["from_internet"]), (80, ["blocked"]), (443, ["maybe_from_internet"])], seq: 1, at: at(10)))
    try await fixture.commit(exposures([(23, ["from_internet"]), (80, ["blocked"])], seq: 3, at: at(20)))
    // An older list that comes late.
    try await fixture.commit(exposures([(9999, ["from_internet"])], seq: 2, at: at(25)))
    _ = try fixture.store.add(
      [sighting(23, 12), sighting(23, 14), sighting(80, 12, .closed), sighting(7547, 13)], at: at(30))
    let services = try views(fixture.store)
    #expect(services.map(\.service.number) == [23, 80, 443, 7547])
    #expect(services.map(\.agreement) == [.both, .neither, .unconfirmed, .outsideOnly])
    #expect(services[0].inside == Look(.seen, since: at(10), looked: at(20)))
    #expect(services[0].outside == Look(.seen, since: at(12), looked: at(14)))
    #expect(services[2].inside == Look(.notSeen, since: at(20), looked: at(20)))
    // Where the gateway has more ports than it tells, what it does not name is not known.
    try await fixture.commit(exposures([(23, ["from_internet"])], more: 5, seq: 4, at: at(40)))
    let later = try views(fixture.store)
    #expect(later.first { $0.service.number == 7547 }?.agreement == .unconfirmed)
    #expect(later.first { $0.service.number == 80 }?.inside.looked == at(20))
  }
}
