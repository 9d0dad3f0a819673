import Addresses
import LANScan
import Posture
import Testing

@Suite struct SameDeviceTests {
  private func mac(_ last: UInt64) -> MACAddress { MACAddress(bits: 0x0011_3200_0000 + last) }

  private func device(_ last: UInt64, _ addresses: [UInt32], _ services: Service...) -> Device {
    Device(
      id: "dev-\(last)", mac: mac(last),
      addresses: addresses.map { .v4(IPv4Address(bits: 0xc000_0200 + $0)) }, services: services)
  }

  private func udp(_ port: UInt16, _ name: ServiceProtocol, _ facts: [ServiceFact: String]) -> Service {
    Service(port: .udp(port), protocol: name, facts: facts)
  }

  private func mdns(_ name: String) -> Service { udp(5353, .mdns, [.name: name]) }
  private func ssdp(_ uuid: String) -> Service { udp(1900, .ssdp, [.uuid: uuid]) }
  private func ssh(_ key: String) -> Service {
    Service(port: .tcp(22), protocol: .ssh, facts: [.hostKey: "ssh-ed25519 SHA256:\(key)"])
  }

  /// Made of the hardware address that ends in 1.
  private static let made = "00000000-0000-1000-8000-001132000001"
  private static let random = "4d696e69-444c-464e-8d41-5a0f1c2b3d4e"

  @Test func aHostThatAnswersForAllItsAddressesOnBothPortsIsOne() throws {
    let found = SameDevice.merged([
      device(2, [10, 11], mdns("nas")), device(1, [10, 11], ssh("a")), device(3, [12]),
    ])
    #expect(found.map(\.id) == ["dev-1", "dev-3"])
    let nas = try #require(found.first)
    #expect(nas.mac == mac(1) && nas.otherMACs == [mac(2)] && nas.addresses.count == 2)
    #expect(nas.services.map(\.port) == [.tcp(22), .udp(5353)])
  }

  /// One address alone is a conflict; so is whoever takes over the addresses of others beside its own.
  @Test(
    arguments: [
      [(1, [10]), (2, [10])], [(1, [10, 11]), (2, [10, 11, 66])],
      [(1, [10, 11]), (2, [10, 11]), (3, [10, 11])],
      [(1, [10, 11]), (2, [11])], [(1, Array(1...8)), (2, Array(1...8))],
    ] as [[(UInt64, [UInt32])]])
  func whoClaimsAnAddressInAnyOtherWayIsAnother(claims: [(UInt64, [UInt32])]) {
    let same = [mdns("nas"), ssdp(Self.made), ssh("a")]
    let alone = claims.map { device($0.0, $0.1) }
    #expect(SameDevice.merged(alone).count == claims.count)
    guard claims.count == 2, claims[0].1 != claims[1].1 || claims[0].1.count == 1 else { return }
    // Nor does it help to say what the victim says.
    let copies = alone.map { device in
      var device = device
      device.services = same
      return device
    }
    #expect(SameDevice.merged(copies).count == claims.count)
  }

  @Test func marksMadeOfAHardwareAddressSuffice() {
    let engine = "800019cb03001132000001"
    #expect(SameDevice.merged([device(1, [1], ssdp(Self.made)), device(2, [2], ssdp(Self.made))]).count == 1)
    #expect(SameDevice.merged([device(3, [1], ssdp(Self.made)), device(2, [2], ssdp(Self.made))]).count == 2)
    let engines = [UInt64(1), 2].map { device($0, [UInt32($0)], udp(161, .snmp, [.engineID: engine])) }
    #expect(SameDevice.merged(engines).count == 1)
  }

  /// Devices of one model, and copies of one machine, share all that their image holds.
  @Test func whatAnImageHoldsSufficesOnlyWithAName() {
    let image = [ssdp(Self.random), ssh("a"), udp(161, .snmp, [.engineID: "80001f8804deadbeef"])]
    var pair = [device(1, [1]), device(2, [2])]
    for index in pair.indices { pair[index].services = image }
    #expect(SameDevice.merged(pair).count == 2)
    for index in pair.indices { pair[index].services = image + [mdns(["NAS", "nas"][index])] }
    #expect(SameDevice.merged(pair).count == 1, "names do not differ by case")
    #expect(
      SameDevice.merged(pair + [device(3, [3], ssdp(Self.random))]).count == 1 + 1, "still named and keyed")
    pair[1].services = image + [mdns("nas-2")]
    #expect(SameDevice.merged(pair).count == 2)
  }

  @Test func aDefaultOfTheFactoryIsNobodys() {
    let cameras = (1...3).map { device($0, [UInt32($0)], ssdp(Self.made)) }
    #expect(SameDevice.merged(cameras).count == 3)
    let zero = "00000000-0000-0000-0000-000000000000"
    #expect(
      SameDevice.merged([device(1, [1], ssdp(zero), mdns("a")), device(2, [2], ssdp(zero), mdns("a"))]).count
        == 2)
  }

  @Test func oneContradictionOutweighsEverything() {
    let name = udp(137, .nbns, [.name: "NAS"])
    func pair(_ left: Service, _ right: Service) -> Int {
      SameDevice.merged([
        device(1, [1], ssdp(Self.made), name, left), device(2, [2], ssdp(Self.made), name, right),
      ]).count
    }
    func web(_ title: String) -> Service { Service(port: .tcp(80), protocol: .http, facts: [.title: title]) }
    #expect(pair(web("NAS"), web("NAS")) == 1)
    #expect(pair(web("NAS"), web("Router")) == 2)
    #expect(pair(ssh("a"), ssh("b")) == 2)
    #expect(pair(mdns("a"), mdns("b")) == 2)
    #expect(pair(web("NAS"), Service(port: .tcp(80), protocol: .http, tls: true)) == 2)
    #expect(pair(web("NAS"), Service(port: .tcp(80), protocol: .unknown)) == 1, "silence contradicts nothing")
  }

  /// A client of RFC 4361 names itself by one DUID on both interfaces; the names are as it gave them.
  @Test(arguments: [("laptop", 1), ("other", 2)])
  func theDUIDOfLeases(name: String, count: Int) {
    let leases = DHCPLease.leases(
      in: Array(
        """
        1795400000 00:11:32:00:00:01 192.0.2.1 laptop ff:00:00:00:01:00:03:00:01:00:11:32:00:00:01
        1795400000 00:11:32:00:00:02 192.0.2.2 \(name) ff:00:00:00:02:00:03:00:01:00:11:32:00:00:01

        """.utf8), now: WallTime(milliseconds: 0))
    let found = SameDevice.merged([device(1, [1]), device(2, [2])], leases: leases)
    #expect(found.count == count)
    #expect(found[0].facts[.duid] == "00030001001132000001")
  }

  @Test func atMostEightAreOne() {
    let devices = (1...8).map { device($0, [UInt32($0)], mdns("a"), udp(137, .nbns, [.name: "A"])) }
    #expect(SameDevice.merged(devices).count == 1)
    let more = devices + [device(9, [9], mdns("a"), udp(137, .nbns, [.name: "A"]))]
    #expect(SameDevice.merged(more).count == 9, "a name of nine is no name")
  }

  /// One answer that was lost must not make a quarrel of one device.
  @Test func whoWasOneStaysOneWhereAnAnswerIsMissing() {
    var known = device(1, [10, 11])
    known.otherMACs = [mac(2)]
    let (whole, part) = (device(1, [10, 11]), device(2, [11], mdns("nas")))
    let joined = SameDevice.rejoined([part, whole, device(3, [12])], known: [known])
    #expect(joined.map(\.macs) == [[mac(1), mac(2)], [mac(3)]])
    #expect(joined.first?.services.map(\.port) == [.udp(5353)])
    #expect(SameDevice.rejoined([whole, part], known: []).count == 2)
    #expect(SameDevice.rejoined([whole, device(4, [11])], known: [known]).count == 2, "a stranger")
    #expect(SameDevice.rejoined([whole, device(2, [11, 66])], known: [known]).count == 2)
    var other = whole
    other.services = [mdns("other")]
    #expect(SameDevice.rejoined([other, part], known: [known]).count == 2)
    #expect(
      SameDevice.rejoined([device(1, [10]), device(2, [10])], known: [known]).count == 2, "one address")
  }

  /// An address that somebody gave out is better known than one that a device chose.
  @Test func theHardwareAddressThatStaysComesFirst() {
    var own = device(1, [10, 11])
    own.mac = MACAddress(bits: 0x0200_0000_0001)
    #expect(SameDevice.merged([own, device(2, [10, 11])]).first?.mac == mac(2))
  }

  @Test func orderMakesNoDifferenceAndNothingIsLost() {
    var chance = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let devices = (1...UInt64.random(in: 2...14, using: &chance)).map { last -> Device in
        var services: [Service] = []
        if Bool.random() { services.append(mdns("name-\(Int.random(in: 0...3))")) }
        if Bool.random() { services.append(ssdp([Self.made, Self.random][Int.random(in: 0...1)])) }
        if Bool.random() { services.append(ssh("key-\(Int.random(in: 0...3))")) }
        if Bool.random() { services.append(udp(137, .nbns, [.name: "N\(Int.random(in: 0...3))"])) }
        let claims: [[UInt32]] = [[10, 11], [20, 21, 22], [UInt32(last) + 100], [20]]
        var device = device(last, claims[Int.random(in: 0...3)])
        device.services = services
        return device
      }
      let found = SameDevice.merged(devices)
      #expect(found == SameDevice.merged(devices.shuffled()))
      #expect(found.flatMap(\.macs).sorted { $0.bits < $1.bits } == devices.compactMap(\.mac))
      #expect(Set(found.map(\.id)).count == found.count)
      for device in devices {
        let entry = found.first { $0.macs.contains(mac(UInt64(device.id.dropFirst(4)) ?? 0)) }
        #expect(Set(device.addresses).isSubset(of: entry?.addresses ?? []))
        #expect(Set(device.services.map(\.port)).isSubset(of: entry?.services.map(\.port) ?? []))
        #expect((entry?.macs.count ?? 0) <= SameDevice.groupLimit)
      }
    }
  }
}
