import Addresses
import Agent
import Posture
import Testing

@Suite struct ContinuityTests {
  /// As the agent names devices, only readable.
  private func device(_ mac: UInt64, _ facts: [ServiceFact: String] = [:], name: String? = nil) -> Device {
    Device(
      id: "dev-\(mac)", mac: MACAddress(bits: mac), firstSeen: WallTime(milliseconds: Int64(mac)),
      services: [
        Service(port: .tcp(22), protocol: .ssh, facts: facts),
        name.map { Service(port: .udp(5353), protocol: .mdns, facts: [.name: $0]) },
      ].compactMap(\.self))
  }

  private func macs(_ numbers: UInt64...) -> [MACAddress] { numbers.map { MACAddress(bits: $0) } }

  private func joined(_ old: [Device], _ new: [Device], complete: Bool = true) -> Continuity {
    Continuity(of: new, after: old, isComplete: complete)
  }

  private static let uuid = "4d696e69-444c-464e-8d41-5a0f1c2b3d4e"

  @Test func aDeviceKeepsItsIDWithAnyOfItsHardwareAddresses() throws {
    var nas = device(1)
    nas.otherMACs = macs(2)
    let found = joined([nas], [device(2)])
    #expect(found.devices.map(\.id) == ["dev-1"] && found.unseen.isEmpty)
    #expect(found.devices[0].mac == macs(2)[0] && found.devices[0].otherMACs == macs(1))
    #expect(found.devices[0].firstSeen == nas.firstSeen)
  }

  @Test(
    arguments: [
      ([.uuid: Self.uuid], nil), ([.engineID: "80001f8804deadbeef"], nil),
      ([.hostKey: "ssh-ed25519 SHA256:a"], "phone"), ([.certificateDigest: "ab12"], "phone"),
    ] as [([ServiceFact: String], String?)])
  func aNewHardwareAddressIsSeenThrough(facts: [ServiceFact: String], name: String?) {
    let found = joined([device(1, facts, name: name), device(3)], [device(2, facts, name: name), device(3)])
    #expect(found.devices.map(\.id) == ["dev-1", "dev-3"] && found.unseen.isEmpty)
    #expect(found.devices[0].otherMACs == macs(1))
  }

  @Test func aDUIDIsEnough() {
    var (old, new) = (device(1), device(2))
    old.facts[.duid] = "0004aabb"
    new.facts[.duid] = "0004aabb"
    #expect(joined([old], [new]).devices[0].id == "dev-1")
  }

  @Test func whatMayBeAnotherDeviceIsNew() {
    let facts: [ServiceFact: String] = [.uuid: Self.uuid]
    // A key or a name alone, and a name that is not the same.
    let key: [ServiceFact: String] = [.hostKey: "ssh-ed25519 SHA256:a"]
    #expect(joined([device(1, key)], [device(2, key)]).devices[0].id == "dev-2")
    #expect(joined([device(1, name: "a")], [device(2, name: "a")]).devices[0].id == "dev-2")
    #expect(joined([device(1, facts, name: "a")], [device(2, facts, name: "b")]).devices[0].id == "dev-2")
    // The other is still here.
    #expect(
      joined([device(1, facts)], [device(1, facts), device(2, facts)]).devices.map(\.id) == [
        "dev-1", "dev-2",
      ])
    // Two devices fit, before or now.
    #expect(joined([device(1, facts), device(3, facts)], [device(2, facts)]).devices[0].id == "dev-2")
    #expect(
      joined([device(1, facts)], [device(2, facts), device(3, facts)]).devices.map(\.id) == [
        "dev-2", "dev-3",
      ])
    // Who was not reached may still be here.
    #expect(joined([device(1, facts)], [device(2, facts)], complete: false).devices[0].id == "dev-2")
  }

  /// Who comes back to a hardware address whose id was taken over gets a new one.
  @Test func noTwoDevicesHaveOneID() {
    let facts: [ServiceFact: String] = [.uuid: Self.uuid]
    let second = joined([device(1, facts)], [device(2, facts)]).devices
    let third = joined(second, [device(1, facts), device(2, facts)]).devices
    #expect(third.map(\.id) == ["dev-1-2", "dev-1"])
    #expect(third.allSatisfy { $0.otherMACs.isEmpty }, "no hardware address belongs to two")
    #expect(joined(third, [device(1), device(2)]).devices.map(\.id) == ["dev-1-2", "dev-1"])
    #expect(joined(third, [device(4)]).unseen.map(\.id) == ["dev-1-2", "dev-1"])
  }

  @Test func twoEntriesThatTurnOutToBeOneDeviceBecomeOne() {
    var nas = device(2)
    nas.otherMACs = macs(1)
    let found = joined([device(1), device(2)], [nas])
    #expect(found.devices.map(\.id) == ["dev-2"] && found.unseen.isEmpty)
    let parted = joined(found.devices, [device(1), device(2)]).devices
    #expect(parted.map(\.id) == ["dev-1", "dev-2"] && parted.allSatisfy { $0.otherMACs.isEmpty })
  }

  @Test func eightFormerHardwareAddressesAreRemembered() {
    var devices = [device(1, [.uuid: Self.uuid])]
    for mac in UInt64(2)...12 { devices = joined(devices, [device(mac, [.uuid: Self.uuid])]).devices }
    #expect(devices[0].id == "dev-1" && devices[0].otherMACs == macs(11, 10, 9, 8, 7, 6, 5, 4))
  }

  @Test func anyTwoScansGiveEachIDOnce() {
    for _ in 0..<300 {
      var known: [Device] = []
      for _ in 0..<4 {
        let seen = Set((0..<8).map { _ in UInt64.random(in: 1...12) }).sorted().shuffled().map {
          device($0, Bool.random() ? [.uuid: Self.uuid.dropLast() + "\(Int.random(in: 0...4))"] : [:])
        }
        let found = joined(known, seen)
        known = found.devices + found.unseen
        #expect(Set(known.map(\.id)).count == known.count)
        #expect(Set(known.flatMap(\.macs)).count == known.flatMap(\.macs).count)
      }
    }
  }
}
