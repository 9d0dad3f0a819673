import Addresses
import Packets
import Testing

@Suite struct ICMPv6Tests {
  private let hardware = MACAddress(bits: 0x0000_5e00_5301)
  private let source = IPv6Address(bits: 0xfe80 << 112 | 0x0200_5eff_fe00_5301)

  private func frame(_ question: ICMPv6Request.Question) -> [UInt8] {
    ICMPv6Request(hardware: hardware, source: source, question: question).frame
  }

  /// What our own kernel would have to take: the sum over pseudo-header and message is all ones (RFC 1071).
  private func sum(_ frame: [UInt8]) -> Int {
    let length = Int(frame[18]) << 8 | Int(frame[19])
    let before = frame[20] == 0 ? 8 : 0
    let bytes =
      Array(frame[22..<54]) + [0, 0, 0, UInt8(length - before), 0, 0, 0, 58] + frame[(54 + before)...]
    var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0) {
      $0 + Int(bytes[$1]) << 8 + Int(bytes[$1 + 1])
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return sum
  }

  @Test func questionsAreWellFormed() throws {
    let target = IPv6Address(bits: 0xfe80 << 112 | 0x0211_32ff_fe41_0014)
    for question in [ICMPv6Request.Question.echoToAll, .groupsOfAll, .solicit(target)] {
      let frame = frame(question)
      #expect(Array(frame[6..<14]) == hardware.octets + [0x86, 0xdd])
      #expect(Int(frame[18]) << 8 | Int(frame[19]) == frame.count - 54, "length")
      #expect(sum(frame) == 0xffff, "checksum of \(question)")
      let packet = try #require(EthernetFrame(frame[...]).flatMap { IPPacket($0) })
      #expect(packet.protocol == IPPacket.icmpv6)
    }
    let query = try #require(EthernetFrame(frame(.groupsOfAll)[...]).flatMap { IPPacket($0) })
    #expect(query.alertsRouters && query.hops == 1 && query.payload.first == 130)
    #expect(Array(frame(.solicit(target)).prefix(6)) == [0x33, 0x33, 0xff, 0x41, 0x00, 0x14])
  }

  /// A station speaks for itself; what a router brought has the router's hardware address.
  @Test func onlyStationsOfTheLinkAreHeard() throws {
    func answer(from source: IPv6Address, type: UInt8, hops: UInt8) -> ICMPv6Message? {
      var bytes = ICMPv6Request(hardware: hardware, source: source, question: .echoToAll).frame
      bytes[54] = type
      bytes[21] = hops
      return EthernetFrame(bytes[...]).flatMap(ICMPv6Message.init)
    }
    let global = IPv6Address(bits: 0x2001_0db8 << 96 | 1)
    #expect(answer(from: source, type: 129, hops: 64)?.source == source)
    #expect(answer(from: source, type: 143, hops: 1)?.hardware == hardware)
    #expect(answer(from: global, type: 136, hops: 255)?.source == global)
    #expect(answer(from: global, type: 136, hops: 254) == nil, "passed on by a router")
    #expect(answer(from: global, type: 129, hops: 255) == nil, "an echo may come from anywhere")
    #expect(answer(from: IPv6Address(bits: 0), type: 135, hops: 255) == nil, "no address yet (RFC 4862)")
  }

  @Test func cutFramesAreRefused() {
    let whole = frame(.groupsOfAll)
    for length in 0..<62 {
      #expect(EthernetFrame(whole.prefix(length)).flatMap(ICMPv6Message.init) == nil, "\(length) bytes")
    }
  }
}
