import Addresses
import Packets
import Testing

struct FrameTests {
  private func frame(_ type: [UInt8], _ payload: [UInt8]) -> [UInt8] {
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1] + type + payload
  }

  @Test func readsAnEthernetFrameWithAndWithoutTags() throws {
    let plain = try #require(EthernetFrame(frame([0x08, 0x00], [7, 8])[...]))
    #expect(plain.source == MACAddress("02:00:00:00:00:01"))
    #expect(plain.destination == .broadcast && plain.isForMany)
    #expect(plain.type == EthernetFrame.ipv4 && plain.vlan == nil && Array(plain.payload) == [7, 8])
    let tagged = try #require(
      EthernetFrame(frame([0x88, 0xa8], [0x00, 0x05, 0x81, 0x00, 0x20, 0x07, 0x86, 0xdd, 9])[...]))
    #expect(tagged.type == EthernetFrame.ipv6 && tagged.vlan == 5 && Array(tagged.payload) == [9])
    #expect(EthernetFrame(frame([0x81, 0x00], [0])[...]) == nil)
  }

  @Test func readsCookedFramesOfBothVersions() throws {
    let first: [UInt8] = [0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x06, 5]
    let second: [UInt8] = [0x08, 0x06, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0, 5]
    for (bytes, version) in [(first, 1), (second, 2)] {
      let frame = try #require(EthernetFrame(cooked: bytes[...], version: version))
      #expect(frame.source == MACAddress("02:00:00:00:00:01") && frame.destination == nil)
      #expect(!frame.isForMany)
      #expect(frame.type == EthernetFrame.arp && Array(frame.payload) == [5])
    }
  }

  @Test func paddingOfTheLinkIsNoPayload() throws {
    let packet = try #require(
      IPPacket(v4: Samples.ipv4(protocol: 17, Samples.udp(68, 67, [1, 2]))[...] + [0, 0, 0]))
    let datagram = try #require(UDPDatagram(packet))
    #expect(datagram.source == 68 && datagram.destination == 67 && Array(datagram.payload) == [1, 2])
    #expect(packet.length == 30 && packet.hops == 64)
  }

  @Test func laterPiecesHaveNoPorts() throws {
    var bytes = Samples.ipv4(protocol: 17, Samples.udp(1, 2, []))
    bytes[7] = 1
    let packet = try #require(IPPacket(v4: bytes[...]))
    #expect(!packet.isFirstPiece && UDPDatagram(packet) == nil)
  }

  @Test func passesOverExtensionHeaders() throws {
    let hop: [UInt8] = [58, 0, 5, 2, 0, 0, 1, 0]
    let icmp: [UInt8] = [143, 0, 0, 0]
    var bytes: [UInt8] = [0x60, 0, 0, 0, 0, UInt8(hop.count + icmp.count), 0, 1]
    bytes += [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
    bytes += [0xff, 0x02] + [UInt8](repeating: 0, count: 13) + [0x16] + hop + icmp
    let packet = try #require(IPPacket(v6: bytes[...]))
    #expect(packet.protocol == IPPacket.icmpv6 && packet.alertsRouters && Array(packet.payload) == icmp)
    #expect(packet.destination.description == "ff02::16")
  }

  @Test func readsTheOptionsOfASYN() throws {
    let options: [UInt8] = [2, 4, 0x05, 0xb4, 4, 2, 1, 1, 1, 3, 3, 7]
    let tcp: [UInt8] =
      [0x9c, 0x40, 0x01, 0xbb] + [0, 0, 0, 1, 0, 0, 0, 0, 0x80, 2, 0x72, 0x10, 0, 0, 0, 0] + options
    let segment = try #require(
      IPPacket(v4: Samples.ipv4(protocol: 6, tcp)[...]).flatMap { TCPSegment($0) })
    #expect(segment.opens && segment.destination == 443 && segment.window == 29200)
    #expect(segment.options == [2, 4, 1, 1, 1, 3])
    #expect(segment.maximumSegment == 1460 && segment.windowShift == 7)
  }
}
