package import Addresses

/// What one frame says that may answer a probe, before anybody has believed it.
package enum Heard: Hashable, Sendable {
  /// A TCP segment.
  case segment(Segment)
  /// A datagram of UDP.
  case datagram(Datagram)
  /// The answer to an echo request.
  case echo(Echo)
  /// An error message of ICMP, and what it quotes of the packet that it is about.
  case complaint(Complaint)

  package struct Segment: Hashable, Sendable {
    package var source: IPAddress
    package var port: UInt16
    package var destinationPort: UInt16
    package var sequence: UInt32
    package var acknowledgement: UInt32
    package var flags: UInt8
    package var window: UInt16
    package var hasOptions: Bool
    package var hops: UInt8
  }

  package struct Datagram: Hashable, Sendable {
    package var source: IPAddress
    package var port: UInt16
    package var destinationPort: UInt16
    package var payload: [UInt8]
    package var hops: UInt8
  }

  package struct Echo: Hashable, Sendable {
    package var source: IPAddress
    package var identifier: UInt16
    package var sequence: UInt16
    package var payload: [UInt8]
    package var hops: UInt8
  }

  package struct Complaint: Hashable, Sendable {
    package var by: IPAddress
    package var type: UInt8
    package var code: UInt8
    package var hops: UInt8
    /// Whom the quoted packet was for.
    package var target: IPAddress
    package var transport: ProbeTransport
    /// Its ports; of an echo none, and its identifier.
    package var port: UInt16
    package var sourcePort: UInt16
    /// The number in it that a stranger cannot know: of TCP the sequence number, of UDP the length and the checksum, of
    /// an echo the checksum and the sequence number.
    package var proof: UInt32
  }
}

/// Reads frames of strangers: nothing is believed that is not there, and nothing is copied.
package enum AnswerReader {
  package static func read(_ bytes: [UInt8]) -> Heard? {
    bytes.withUnsafeBytes { read($0) }
  }

  /// `nil` for all that cannot be an answer; `bytes` begin at the Ethernet header.
  static func read(_ bytes: UnsafeRawBufferPointer) -> Heard? {
    guard bytes.count >= 14 else { return nil }
    let packet = UnsafeRawBufferPointer(rebasing: bytes[14...])
    switch big16(bytes, 12) {
    case 0x0800: return version4(packet)
    case 0x86dd: return version6(packet)
    default: return nil
    }
  }

  /// RFC 791, section 3.1; pieces of packets are no answers.
  private static func version4(_ packet: UnsafeRawBufferPointer) -> Heard? {
    guard packet.count >= 20, packet[0] >> 4 == 4 else { return nil }
    let header = Int(packet[0] & 15) * 4
    let length = Int(big16(packet, 2))
    guard header >= 20, length >= header, length <= packet.count, big16(packet, 6) & 0x3fff == 0 else {
      return nil
    }
    let source = IPAddress.v4(IPv4Address(bits: big32(packet, 12)))
    let body = UnsafeRawBufferPointer(rebasing: packet[header..<length])
    switch packet[9] {
    case 6: return segment(body, from: source, hops: packet[8])
    case 17: return datagram(body, from: source, hops: packet[8])
    case 1:
      if let echo = echo(body, type: 0, from: source, hops: packet[8]) { return echo }
      // Destination unreachable and time exceeded; the packet follows eight octets (RFC 792).
      guard body.count >= 8 + 28, body[0] == 3 || body[0] == 11 else { return nil }
      let quoted = UnsafeRawBufferPointer(rebasing: body[8...])
      let inner = Int(quoted[0] & 15) * 4
      guard quoted[0] >> 4 == 4, inner >= 20, quoted.count >= inner + 8 else { return nil }
      return complaint(
        body, by: source, hops: packet[8], target: .v4(IPv4Address(bits: big32(quoted, 16))),
        protocol: quoted[9],
        quoted: UnsafeRawBufferPointer(rebasing: quoted[inner...]))
    default: return nil
    }
  }

  /// RFC 8200, section 3; who answers a SYN puts no extension header before it.
  private static func version6(_ packet: UnsafeRawBufferPointer) -> Heard? {
    guard packet.count >= 40, packet[0] >> 4 == 6 else { return nil }
    let length = Int(big16(packet, 4))
    guard length <= packet.count - 40 else { return nil }
    let source = IPAddress.v6(IPv6Address(bits: big128(packet, 8)))
    let body = UnsafeRawBufferPointer(rebasing: packet[40..<40 + length])
    switch packet[6] {
    case 6: return segment(body, from: source, hops: packet[7])
    case 17: return datagram(body, from: source, hops: packet[7])
    case 58:
      if let echo = echo(body, type: 129, from: source, hops: packet[7]) { return echo }
      // Types 1 and 3 (RFC 4443, section 3).
      guard body.count >= 8 + 48, body[0] == 1 || body[0] == 3 else { return nil }
      let quoted = UnsafeRawBufferPointer(rebasing: body[8...])
      guard quoted[0] >> 4 == 6 else { return nil }
      return complaint(
        body, by: source, hops: packet[7], target: .v6(IPv6Address(bits: big128(quoted, 24))),
        protocol: quoted[6],
        quoted: UnsafeRawBufferPointer(rebasing: quoted[40...]))
    default: return nil
    }
  }

  /// RFC 9293, section 3.1.
  private static func segment(_ body: UnsafeRawBufferPointer, from source: IPAddress, hops: UInt8) -> Heard? {
    guard body.count >= 20 else { return nil }
    let header = Int(body[12] >> 4) * 4
    guard header >= 20, header <= body.count else { return nil }
    return .segment(
      Heard.Segment(
        source: source, port: big16(body, 0), destinationPort: big16(body, 2), sequence: big32(body, 4),
        acknowledgement: big32(body, 8), flags: body[13], window: big16(body, 14), hasOptions: header > 20,
        hops: hops))
  }

  /// RFC 768; at most ``longestDatagram`` octets of it are looked at.
  private static func datagram(
    _ body: UnsafeRawBufferPointer, from source: IPAddress, hops: UInt8
  ) -> Heard? {
    guard body.count >= 8, (8...body.count).contains(Int(big16(body, 4))) else { return nil }
    let payload = body[8..<Int(big16(body, 4))].prefix(longestDatagram)
    return .datagram(
      Heard.Datagram(
        source: source, port: big16(body, 0), destinationPort: big16(body, 2), payload: Array(payload),
        hops: hops))
  }

  private static let longestDatagram = 1500

  private static func echo(
    _ body: UnsafeRawBufferPointer, type: UInt8, from source: IPAddress, hops: UInt8
  ) -> Heard? {
    guard body.count >= 8, body[0] == type, body[1] == 0 else { return nil }
    return .echo(
      Heard.Echo(
        source: source, identifier: big16(body, 4), sequence: big16(body, 6),
        payload: Array(body[8...].prefix(longestDatagram)), hops: hops))
  }

  private static func complaint(
    _ body: UnsafeRawBufferPointer, by source: IPAddress, hops: UInt8, target: IPAddress,
    protocol number: UInt8, quoted: UnsafeRawBufferPointer
  ) -> Heard? {
    let isVersion4 = target.isVersion4
    let transport = ProbeTransport.allCases.first { $0.number(isVersion4: isVersion4) == number }
    guard quoted.count >= 8, let transport else { return nil }
    let complaint = Heard.Complaint(
      by: source, type: body[0], code: body[1], hops: hops, target: target, transport: transport,
      port: big16(quoted, 2), sourcePort: big16(quoted, 0), proof: big32(quoted, 4))
    guard transport == .icmp else { return .complaint(complaint) }
    // Only requests are ours; their identifier stands where the length of a datagram does.
    guard quoted[0] == (isVersion4 ? 8 : 128), quoted[1] == 0 else { return nil }
    var echo = complaint
    (echo.port, echo.sourcePort) = (0, big16(quoted, 4))
    echo.proof = UInt32(big16(quoted, 2)) << 16 | UInt32(big16(quoted, 6))
    return .complaint(echo)
  }

  private static func big16(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt16 {
    UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  private static func big32(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private static func big128(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt128 {
    UInt128(big32(bytes, offset)) << 96 | UInt128(big32(bytes, offset + 4)) << 64
      | UInt128(big32(bytes, offset + 8)) << 32 | UInt128(big32(bytes, offset + 12))
  }
}
