import Packets
import Testing

struct HostileTests {
  private static let samples: [[UInt8]] = [
    Samples.ipv4(protocol: 17, Samples.udp(68, 67, Samples.dhcp([(55, [1, 3]), (12, [0x61])]))),
    Samples.dhcp([(55, [1, 3, 6]), (60, Array("x".utf8)), (161, Array(Samples.mud.utf8))]), Samples.lldp,
    Samples.multicastQuery, Samples.clientHello, Array(Samples.search.utf8),
    Samples.ipv4(
      protocol: 6, [0, 80, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x60, 2, 1, 0, 0, 0, 0, 0, 2, 4, 5, 0xb4]),
    [0x60, 0, 0, 0, 0, 12, 0, 1] + [UInt8](repeating: 2, count: 32) + [
      58, 0, 5, 2, 0, 0, 1, 0, 143, 0, 0, 0,
    ],
  ]

  /// Reads bytes as everything they could be; what matters is that it comes back, and within its limits.
  private func readAsAll(_ bytes: [UInt8]) {
    // As a slice that does not begin at 0, as payloads do not.
    let slice = ([0xaa, 0xaa] + bytes)[2...]
    _ = EthernetFrame(slice)
    _ = EthernetFrame(cooked: slice, version: 1)
    _ = EthernetFrame(cooked: slice, version: 2)
    for packet in [IPPacket(v4: slice), IPPacket(v6: slice)].compactMap(\.self) {
      #expect(packet.payload.count <= bytes.count)
      _ = UDPDatagram(packet)
      if let segment = TCPSegment(packet) { #expect(segment.options.count <= TCPSegment.optionLimit) }
    }
    if let message = DHCPMessage(slice) { #expect(message.order.count <= DHCPMessage.optionLimit) }
    if let message = DNSPacket(slice) {
      #expect(message.questions.count <= DNSPacket.limit && message.records.count <= DNSPacket.limit)
      #expect(message.questions.allSatisfy { $0.name.unicodeScalars.count <= 255 })
    }
    _ = LLDPUnit(slice)
    if let hello = TLSClientHello(slice) { #expect(hello.extensions.count <= TLSClientHello.limit) }
    if let message = HeaderMessage(slice) { #expect(message.headers.count <= HeaderMessage.limit) }
  }

  @Test func everyPrefixIsReadOrRefused() {
    for sample in Self.samples {
      for length in 0...sample.count { readAsAll(Array(sample.prefix(length))) }
    }
  }

  @Test func everyOctetMayBeAnyOther() {
    for sample in Self.samples {
      for place in sample.indices {
        for value: UInt8 in [0, 1, 0x3f, 0x7f, 0x80, 0xc0, 0xff] {
          var bytes = sample
          bytes[place] = value
          readAsAll(bytes)
        }
      }
    }
  }

  @Test func noiseIsReadOrRefused() {
    for _ in 0..<3000 {
      readAsAll((0..<Int.random(in: 0...400)).map { _ in UInt8.random(in: 0...255) })
    }
  }
}
