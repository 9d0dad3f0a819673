import Addresses
import Listening
import Packets
import Testing

/// What a device says when it comes up, told from what it says all day.
@Suite struct StartSignTests {
  private static let device = MACAddress(bits: 0x0000_5e00_5301)
  private static let address = IPv4Address(bits: 0xc000_0205)
  private static let other = IPv4Address(bits: 0xc000_0201)

  private static func frame(_ type: UInt16, _ payload: [UInt8]) -> EthernetFrame {
    EthernetFrame(source: device, destination: .broadcast, type: type, payload: payload[...])
  }

  private static func arp(
    _ operation: ARPPacket.Operation, from sender: UInt32, to target: IPv4Address,
    hardware: MACAddress = device
  ) -> EthernetFrame {
    let packet = ARPPacket(
      operation: operation, senderHardware: hardware, sender: IPv4Address(bits: sender), target: target)
    return frame(EthernetFrame.arp, Array(packet.frame.dropFirst(14)))
  }

  private static func udp(to port: UInt16, _ payload: [UInt8]) -> EthernetFrame {
    func two(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
    let datagram = [0, 68] + two(Int(port)) + two(payload.count + 8) + [0, 0] + payload
    let header: [UInt8] =
      [0x45, 0] + two(20 + datagram.count) + [0, 0, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]
    return frame(EthernetFrame.ipv4, header + datagram)
  }

  private static func dhcp(_ type: UInt8, has address: UInt8 = 0, hardware: MACAddress = device)
    -> EthernetFrame
  {
    let head: [UInt8] = [1, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0, 0] + [address, 0, 0, address]
    let rest =
      [UInt8](repeating: 0, count: 12) + hardware.octets + [UInt8](repeating: 0, count: 10 + 192)
    return udp(to: 67, head + rest + [0x63, 0x82, 0x53, 0x63, 53, 1, type, 255])
  }

  private static func solicitation(from last: UInt8, hops: UInt8 = 255, type: UInt8 = 135) -> EthernetFrame {
    let source = [UInt8](repeating: 0, count: 15) + [last]
    let target: [UInt8] = [0xff, 2] + [UInt8](repeating: 0, count: 13) + [1]
    let message: [UInt8] = [type, 0, 0, 0] + [UInt8](repeating: 0, count: 20)
    return frame(
      EthernetFrame.ipv6, [0x60, 0, 0, 0, 0, UInt8(message.count), 58, hops] + source + target + message)
  }

  private static func mdns(flags: UInt8 = 0, authorities: UInt8) -> EthernetFrame {
    udp(to: 5353, [0, 0, flags, 0, 0, 1, 0, 0, 0, authorities, 0, 0, 1, 0x61, 0, 0, 255, 0, 1])
  }

  @Test func `who comes up says so`() {
    #expect(StartSign(Self.dhcp(1)) == .lease)
    #expect(StartSign(Self.dhcp(3)) == .lease)
    #expect(StartSign(Self.arp(.request, from: 0, to: Self.address)) == .address)
    #expect(StartSign(Self.arp(.request, from: Self.address.bits, to: Self.address)) == .address)
    #expect(StartSign(Self.arp(.reply, from: Self.address.bits, to: Self.address)) == .address)
    #expect(StartSign(Self.solicitation(from: 0)) == .version6Address)
    #expect(StartSign(Self.mdns(authorities: 1)) == .name)
  }

  @Test func `who has been up says other things`() {
    // Renewed, asked for more, given back; and passed on by a relay.
    #expect(StartSign(Self.dhcp(3, has: 10)) == nil)
    #expect(StartSign(Self.dhcp(8, has: 10)) == nil)
    #expect(StartSign(Self.dhcp(7)) == nil)
    #expect(StartSign(Self.dhcp(1, hardware: MACAddress(bits: 7))) == nil)
    #expect(StartSign(Self.arp(.request, from: Self.address.bits, to: Self.other)) == nil)
    #expect(StartSign(Self.arp(.reply, from: Self.address.bits, to: Self.other)) == nil)
    #expect(StartSign(Self.arp(.request, from: 0, to: IPv4Address(bits: 0))) == nil)
    let foreign = MACAddress(bits: 7)
    #expect(StartSign(Self.arp(.request, from: 0, to: Self.address, hardware: foreign)) == nil)
    #expect(StartSign(Self.solicitation(from: 1)) == nil)
    #expect(StartSign(Self.solicitation(from: 0, hops: 64)) == nil)
    // A report of groups is from nobody too.
    #expect(StartSign(Self.solicitation(from: 0, type: 143)) == nil)
    #expect(StartSign(Self.mdns(authorities: 0)) == nil)
    #expect(StartSign(Self.mdns(flags: 0x84, authorities: 1)) == nil)
  }

  @Test func `the first time counts, and every frame cut short is passed over`() {
    var hearing = Hearing()
    _ = hearing.hear(Self.arp(.request, from: Self.address.bits, to: Self.other), now: .seconds(5))
    #expect(hearing.devices[Self.device]?.cameUp == nil)
    for second in [9, 12] { _ = hearing.hear(Self.dhcp(1), now: .seconds(second)) }
    #expect(hearing.devices[Self.device]?.first == .seconds(5))
    #expect(hearing.devices[Self.device]?.cameUp == .seconds(9))
    for whole in [Self.dhcp(1), Self.solicitation(from: 0), Self.mdns(authorities: 1)] {
      for length in whole.payload.indices {
        var frame = whole
        frame.payload = whole.payload.prefix(length)
        _ = StartSign(frame)
      }
    }
  }
}
