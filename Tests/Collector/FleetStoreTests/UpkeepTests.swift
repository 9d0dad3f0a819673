import Addresses
import BrokerFixture
import Casework
import FleetContract
import FleetStore
import Foundation
import Posture
import SQLStore
import Sightings
import Testing
import Trials

@Suite struct UpkeepTests {
  private static let secret = "dev-verysecretdevice"

  /// A store with something of two gateways in every table that can hold something of one.
  private func filled() async throws -> Fixture {
    let fixture = try Fixture()
    let store = fixture.store
    #expect(try store.begin("t", arms: [.init("a")], holdOut: 0.3, key: Array(0..<16), at: noon))
    for (number, id) in [gateway, other].enumerated() {
      let device = number == 0 ? Self.secret : "dev-neighbour"
      let finding = Finding(
        check: "telnet-open", severity: .high, device: device, service: .tcp(23), remedy: "close-telnet")
      let summary = PostureSummary(of: [], agentVersion: "1")
      let opened = FindingEvent(.opened, finding)
      let message = "{\"device\":\"\(device)\"}"
      _ = try await store.commit(
        Batch(
          arrivals: [
            arrival(.finding(opened, text: message), seq: 1, from: id),
            arrival(.posture(summary), seq: 2, from: id),
            arrival(
              .devices(DevicesBody(devices: [Device(id: device)], part: 1, parts: 1)), seq: 3, from: id),
            arrival(.latest(name: "met/x", text: message), seq: 5, from: id),
          ],
          setAside: [
            SetAside(
              reason: "not-json", detail: "d", topic: "kadomori/v1/\(id)/evt/x", payload: Array(device.utf8),
              received: noon)
          ]))
      let address = known(IPAddress("192.0.2.\(number + 1)"))
      try store.note([SessionChange(gateway: id, address: address, time: at(0))])
      _ = try store.add([sighting(23, 5, address: "192.0.2.\(number + 1)")], at: at(10))
      let decision = Decision(
        finding: finding.id, kind: .muted, by: "a", reason: "b", made: at(1), until: at(1000), severity: .high
      )
      #expect(try store.decide(decision, on: finding.id, at: id, by: "a", now: at(1)))
      let grant = EnrolmentGrant(
        id: "grant\(number)", kind: .token, group: "east", created: at(0), expires: at(1000), usesLeft: 1)
      try store.add(grant, secretHash: [UInt8](repeating: 7, count: 32))
      _ = try store.redeem(
        Redemption(
          grant: grant.id, kind: .token, secretHash: [UInt8](repeating: 7, count: 32), gateway: id, now: at(1)
        ))
      #expect(
        try store.addCertificate(
          serial: "0\(number)", of: id, notAfter: 1_900_000_000, AuditEntry(.enrolled, at: noon, gateway: id))
      )
    }
    return fixture
  }

  private func bytes(_ path: String) throws -> Data {
    var all = Data()
    for ending in ["", "-wal"] { all += (try? Data(contentsOf: URL(filePath: path + ending))) ?? Data() }
    return all
  }

  @Test(.onBothEngines) func `nothing of an erased gateway is left, also not in the file`() async throws {
    let fixture = try await filled()
    let store = fixture.store
    let secret = Data(Self.secret.utf8)
    let isFile = Places.engine == .sqlite
    #expect(try !isFile || bytes(store.path).range(of: secret) != nil)
    #expect(try store.erase(gateway, by: "anna", at: at(100)))
    #expect(try !isFile || bytes(store.path).range(of: secret) == nil)
    #expect(try !isFile || bytes(store.path).range(of: Data("192.0.2.1/32".utf8)) == nil)
    // Where its name still stands, and nowhere else.
    let places = try Places.database(store.path).read { db in
      try String.fetchAll(db, sql: db.engine.tables).filter { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"").contains { "\($0)".contains(gateway.text) }
      }
    }
    #expect(Set(places) == ["audit", "certificate", "enrolment", "erased"])
    #expect(try store.enrolment(of: gateway)?.revoked == at(100))
    #expect(try store.audit(newest: 1).first?.event == .erased)
    // The neighbour is as it was.
    #expect(try store.gateway(other)?.devices.map(\.id) == ["dev-neighbour"])
    #expect(try store.sightings(of: other).count == 1 && store.check().isSound)
    #expect(try !store.erase(known(GatewayID("gw-aaaaaaaaaaaaaaaa")), by: "anna", at: at(100)))
  }

  @Test(.onBothEngines) func `what an erased gateway sends is not taken`() async throws {
    let fixture = try await filled()
    #expect(try fixture.store.erase(gateway, by: "anna", at: at(100)))
    #expect(try await fixture.commit(arrival(finding(.opened, Self.secret), seq: 9)) == nil)
    #expect(try fixture.store.gateway(gateway) == nil)
    let aside = try fixture.store.setAside(newest: 10)
    #expect(aside.counts["erased"] == 1 && !aside.messages.contains { "\($0)".contains(gateway.text) })
  }

  private func lines(_ store: FleetStore) throws -> [String] {
    var lines: [String] = []
    let count = try store.export { lines.append($0) }
    #expect(lines.last == "{\"end\":\(count)}")
    return lines
  }

  private func make(_ lines: [String], in directory: TemporaryDirectory) throws -> FleetStore {
    var rest = lines[...]
    return try FleetStore.make(at: Places.new(in: directory)) {
      rest.popFirst()
    }.store
  }

  @Test(.onBothEngines) func `an export makes the same store, row by row`() async throws {
    let fixture = try await filled()
    let before = try lines(fixture.store)
    let copy = try make(before, in: fixture.directory)
    // A server gives rows in whatever order it likes.
    let after = try lines(copy)
    #expect(Places.engine == .sqlite ? after == before : after.sorted() == before.sorted())
    #expect(try copy.check() == fixture.store.check())
    // And goes on where the other was: what is stored is not stored again.
    let again = try await copy.commit(Batch(arrivals: [arrival(finding(.opened, "a"), seq: 4)]))
    #expect(again[gateway]?.stored == 5)
  }

  @Test(.onBothEngines) func `an export that was cut or changed makes nothing`() async throws {
    let fixture = try await filled()
    let good = try lines(fixture.store)
    func refused(_ lines: [String], _ word: String) {
      #expect { try make(lines, in: fixture.directory) } throws: { "\($0)".contains(word) }
    }
    refused(Array(good.dropLast()), "ends too early")
    refused(good + ["{}"], "something follows")
    refused([], "ends too early")
    refused(["{}"], "not the beginning")
    refused([good[0].replacing("[\"1 ", with: "[\"9 ")] + good.dropFirst(), "newer version")
    let row = known(good.firstIndex { $0.hasPrefix("[\"gw-") })
    var changed = good
    changed.remove(at: row)
    refused(changed, "rows were written")
    changed = good
    changed[row] = "[1]"
    refused(changed, "no row of its table")
    changed[row] = good[row].replacing("[\"gw-", with: "[\"gw-")
    changed.insert(good[row], at: row)
    refused(changed, "refused by the store")
    changed = good
    changed[1] = "{\"columns\":[\"x\\\" --\"],\"table\":\"audit\"}"
    refused(changed, "column")
    changed[1] = "{\"columns\":[\"x\"],\"table\":\"sqlite_schema\"}"
    refused(changed, "names no table")
    // A gateway that others refer to is missing: nothing is there at the end.
    let table = known(good.firstIndex { $0.contains("\"table\":\"gateway\"") })
    var orphan = good
    orphan.remove(at: table + 1)
    orphan[orphan.count - 1] = "{\"end\":\(known(Int(good[good.count - 1].dropFirst(7).dropLast())) - 1)}"
    refused(orphan, "refused by the store")
  }

  @Test func `a copy is of one moment, and goes on with higher births`() async throws {
    let fixture = try await filled()
    #expect(try fixture.store.beginRun(at: noon) == 1)
    let copy = fixture.directory.path + "/copy.sqlite"
    try fixture.store.backUp(to: copy)
    #expect(throws: StoreError.self) { try fixture.store.backUp(to: copy) }
    let restored = try FleetStore.open(copy)
    #expect(try restored.check() == fixture.store.check())
    try restored.noteRestored()
    #expect(try restored.beginRun(at: noon) > 100_000)
  }

  @Test func `says what is damaged`() async throws {
    let fixture = try await filled()
    let copy = fixture.directory.path + "/copy.sqlite"
    try fixture.store.backUp(to: copy)
    let file = try SQLiteFile(copy, manyReaders: false)
    try file.withoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM gateway; PRAGMA foreign_keys = ON")
    }
    try file.close()
    let check = try FleetStore.openToRead(copy).check()
    #expect(
      !check.isSound && check.faults.contains { $0.contains("a gateway that is not there") }, "\(check)")
  }

  @Test(.onBothEngines) func `each kind of thing is kept in its own time`() async throws {
    let fixture = try await filled()
    let store = fixture.store
    let closed = FindingEvent(
      .closed,
      Finding(check: "telnet-open", severity: .high, device: Self.secret, service: .tcp(23), remedy: "r"))
    try await fixture.commit(arrival(.finding(closed, text: "{}"), seq: 7))
    try store.endSessions(at: at(20))
    func findings() throws -> [GatewayID] {
      var found: [GatewayID] = []
      try store.findings { found.append($0.gateway) }
      return found
    }
    let day: Int64 = 86_400
    try await store.prune(Retention(), now: at(89 * day))
    #expect(try store.sightings(of: gateway).count == 1 && findings().count == 2)
    try await store.prune(Retention(), now: at(91 * day))
    #expect(try store.sightings(of: gateway).isEmpty && findings().count == 2)
    #expect(try store.check().rows["tenure"] == 0)
    try await store.prune(Retention(), now: at(401 * day))
    // What is still open stays, however old.
    #expect(try findings() == [other])
  }
}
