import Addresses
import Identify
import LANScan
import Posture
import Testing

@Suite struct InventoryTests {
  private let first = MACAddress(bits: 0x0000_5e00_5301)
  private let second = MACAddress(bits: 0x0000_5e00_5302)
  private func v4(_ last: UInt32) -> IPv4Address { IPv4Address(bits: 0xc000_0200 + last) }

  private func devices(
    _ inventory: Inventory, _ results: [IPAddress: Survey.Result] = [:],
    answering: [IPAddress: MACAddress] = [:]
  ) -> [Device] {
    inventory.devices(
      results: results, answering: answering, seen: WallTime(milliseconds: 0), identifier: { "dev-\($0)" })
  }

  @Test func oneDeviceWithManyAddressesIsOneEntry() throws {
    var inventory = Inventory()
    let v6 = try #require(IPv6Address("fe80::1"))
    let probed = [.v4(v4(1)), .v4(v4(2)), .v6(v6)].map { inventory.claim($0, by: first) }
    #expect(probed == [true, true, false], "only IPv4 is probed")
    inventory.name(first, "printer")
    let found = devices(
      inventory,
      [
        .v4(v4(1)): Survey.Result(services: [.tcp(22): Identification(.ssh)]),
        .v4(v4(2)): Survey.Result(services: [.tcp(80): Identification(.http)]),
      ])
    #expect(found.count == 1)
    #expect(found[0].addresses == [.v4(v4(1)), .v4(v4(2)), .v6(v6)])
    #expect(found[0].services.map(\.port) == [.tcp(22), .tcp(80)])
    #expect(found[0].names == ["printer"])
  }

  /// What answers at an address that two claim belongs to the one the kernel talked to.
  @Test func twoDevicesWithOneAddressStayTwo() {
    var inventory = Inventory()
    let probed = [first, second].map { inventory.claim(.v4(v4(1)), by: $0) }
    #expect(probed == [true, false], "it is probed once")
    let found = devices(
      inventory, [.v4(v4(1)): Survey.Result(services: [.tcp(80): Identification(.http)])],
      answering: [.v4(v4(1)): second])
    #expect(found.count == 2)
    #expect(found.first { $0.mac == first }?.services.isEmpty == true)
    #expect(found.first { $0.mac == second }?.services.count == 1)
  }

  /// A router that answers ARP for everybody must not become hundreds of addresses to probe.
  @Test func proxyARPIsBounded() {
    var inventory = Inventory()
    let probed = (1...100).count { inventory.claim(.v4(v4(UInt32($0))), by: first) }
    #expect(probed == Inventory.addressLimit)
  }

  @Test func madeUpDevicesAreBounded() {
    var inventory = Inventory()
    for index in 1...3000 {
      _ = inventory.claim(
        .v4(IPv4Address(bits: 0x0a00_0000 + UInt32(index))), by: MACAddress(bits: UInt64(index) << 8))
    }
    #expect(inventory.deviceCount == Inventory.deviceLimit)
    let fromEverybody = inventory.claim(.v4(v4(1)), by: .broadcast)
    #expect(!fromEverybody)
  }

  /// A port nobody may ask takes the device's own word for what it is.
  @Test func anAnnouncementNamesASilentPort() {
    var inventory = Inventory()
    _ = inventory.claim(.v4(v4(1)), by: first)
    let mdns = Identification(
      .mdns, announced: [Announcement(port: .tcp(9100), protocol: .jetdirect, facts: [.product: "HL-5450"])])
    let found = devices(
      inventory,
      [.v4(v4(1)): Survey.Result(services: [.udp(5353): mdns, .tcp(9100): Identification(.unknown)])])
    #expect(found[0].services.first { $0.port == .tcp(9100) }?.protocol == .jetdirect)
  }
}
