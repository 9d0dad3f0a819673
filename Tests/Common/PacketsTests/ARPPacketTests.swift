import Addresses
import Packets
import Testing

@Suite struct ARPPacketTests {
  private let request = ARPPacket(
    operation: .request, senderHardware: MACAddress(bits: 0x0000_5e00_5301),
    sender: IPv4Address(bits: 0xc000_0201),
    target: IPv4Address(bits: 0xc000_0202))

  @Test func requestBytes() {
    let expected: [UInt8] =
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]  // to everybody
      + [0x00, 0x00, 0x5e, 0x00, 0x53, 0x01, 0x08, 0x06]  // from, EtherType
      + [0, 1, 8, 0, 6, 4, 0, 1]  // Ethernet, IPv4, lengths, request
      + [0x00, 0x00, 0x5e, 0x00, 0x53, 0x01, 192, 0, 2, 1]
      + [0, 0, 0, 0, 0, 0, 192, 0, 2, 2]
    #expect(Array(request.frame.prefix(42)) == expected)
    #expect(request.frame.count == 60)
  }

  @Test func roundTrip() { #expect(ARPPacket(frame: request.frame) == request) }

  @Test func everyCutAndChangeIsReadOrRefused() {
    let frame = request.frame
    for length in 0..<42 { #expect(ARPPacket(frame: Array(frame.prefix(length))) == nil) }
    for index in 12..<22 {
      var changed = frame
      changed[index] ^= 0x40
      #expect(ARPPacket(frame: changed) == nil, "byte \(index)")
    }
  }
}
