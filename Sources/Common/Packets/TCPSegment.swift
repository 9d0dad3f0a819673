/// A TCP segment (RFC 9293, section 3.1).
package struct TCPSegment: Hashable, Sendable {
  package var source: UInt16
  package var destination: UInt16
  package var flags: UInt8
  package var window: UInt16
  /// The kinds of the options in their order, padding included, at most ``optionLimit``.
  package var options: [UInt8]
  /// The largest segment the sender takes (option 2).
  package var maximumSegment: Int?
  /// The shift of the window (option 3, RFC 7323, section 2.2).
  package var windowShift: Int?
  package var payload: ArraySlice<UInt8>

  /// The header has place for 40 octets of options.
  package static let optionLimit = 40

  /// Asks for a connection: SYN without ACK.
  package var opens: Bool { flags & 0x12 == 0x02 }
  /// Takes a connection: SYN with ACK.
  package var accepts: Bool { flags & 0x12 == 0x12 }

  /// `nil` when the packet carries something else or the header is not sound.
  package init?(_ packet: IPPacket) {
    var reader = ByteReader(packet.payload)
    guard packet.protocol == IPPacket.tcp, packet.isFirstPiece, let source = reader.big16(),
      let destination = reader.big16(), reader.skip(8), let offset = reader.u8(), offset >> 4 >= 5,
      let flags = reader.u8(), let window = reader.big16(), reader.skip(4),
      let area = reader.take((offset >> 4) * 4 - 20)
    else { return nil }
    self.source = UInt16(source)
    self.destination = UInt16(destination)
    self.flags = UInt8(flags)
    self.window = UInt16(window)
    options = []
    payload = reader.rest
    read(options: area)
  }

  private mutating func read(options area: ArraySlice<UInt8>) {
    var reader = ByteReader(area)
    while let kind = reader.u8() {
      options.append(UInt8(kind))
      // End of the list, and padding, have no length (section 3.2).
      if kind == 0 { return }
      if kind == 1 { continue }
      guard let length = reader.u8(), length >= 2, let body = reader.take(length - 2) else { return }
      switch (kind, length) {
      case (2, 4): maximumSegment = body.reduce(0) { $0 << 8 | Int($1) }
      case (3, 3): windowShift = body.first.map { Int($0) }
      default: break
      }
    }
  }
}
