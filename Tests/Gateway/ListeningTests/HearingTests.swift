import Addresses
import Listening
import Packets
import Posture
import Testing

@Suite struct HearingTests {
  private let mac = MACAddress(bits: 0x0000_5e00_5301)

  private func arp(_ sender: MACAddress) -> EthernetFrame {
    let packet = ARPPacket(
      operation: .request, senderHardware: sender, sender: IPv4Address(bits: 0xc000_0201),
      target: IPv4Address(bits: 0xc000_0202))
    return EthernetFrame(
      source: sender, destination: .broadcast, type: EthernetFrame.arp, payload: packet.frame.dropFirst(14))
  }

  private func lldp(_ sender: MACAddress, name: [UInt8]) -> EthernetFrame {
    let tlvs: [UInt8] = [0x02, 2, 7, 0x41, 0x0a, UInt8(name.count)] + name + [0, 0]
    return EthernetFrame(
      source: sender, destination: MACAddress(bits: 0x0180_c200_000e), type: EthernetFrame.lldp,
      payload: tlvs[...])
  }

  @Test func everyFrameRefreshes() {
    var hearing = Hearing()
    let isNew = hearing.hear(arp(mac), now: .seconds(10))
    let isNewAgain = hearing.hear(arp(mac), now: .seconds(20))
    #expect(isNew && !isNewAgain)
    #expect(hearing.devices[mac]?.last == .seconds(20))
    #expect(hearing.devices[mac]?.traits.isEmpty == false)
    _ = hearing.hear(arp(.broadcast), now: .seconds(30))
    #expect(hearing.devices.count == 1, "nobody sends from a group")
  }

  /// What a device calls itself steers no terminal.
  @Test func namesAreCleaned() {
    var hearing = Hearing()
    _ = hearing.hear(lldp(mac, name: Array("sw\u{1b}[31m\u{202e}1".utf8)), now: .zero)
    #expect(hearing.devices[mac]?.facts == [.lldpName: "sw [31m 1"])
  }

  /// Whoever makes up devices takes nobody's place and no more memory than there is for all.
  @Test func madeUpDevicesAreBounded() {
    var hearing = Hearing()
    _ = hearing.hear(arp(mac), now: .zero)
    for index in 1...2000 { _ = hearing.hear(arp(MACAddress(bits: UInt64(index))), now: .seconds(1)) }
    #expect(hearing.devices.count == Hearing.deviceLimit)
    #expect(hearing.devices.values.count { !$0.traits.isEmpty } == Hearing.collectorLimit)
    #expect(hearing.devices[mac] != nil)
    _ = hearing.hear(arp(MACAddress(bits: 1 << 42)), now: Hearing.forgotten + .seconds(1))
    #expect(hearing.devices.count == Hearing.deviceLimit)
    #expect(hearing.devices[MACAddress(bits: 1 << 42)] != nil, "who was not heard for a week makes place")
  }

  @Test func traitsAreGatheredOnceAndLetGo() {
    var hearing = Hearing()
    for _ in 0..<Hearing.frameLimit { _ = hearing.hear(arp(mac), now: .zero) }
    hearing.releaseLearnt()
    #expect(hearing.devices[mac]?.traits.isEmpty == true)
    _ = hearing.hear(arp(mac), now: .seconds(5))
    #expect(hearing.devices[mac]?.traits.isEmpty == true)
    #expect(hearing.devices[mac]?.last == .seconds(5))
  }
}
