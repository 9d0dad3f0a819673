/// A UDP datagram (RFC 768).
package struct UDPDatagram: Hashable, Sendable {
  package var source: UInt16
  package var destination: UInt16
  /// The octets that the header says are carried, however many were recorded.
  package var length: Int
  package var payload: ArraySlice<UInt8>

  /// `nil` when the packet carries something else or the header is not sound.
  package init?(_ packet: IPPacket) {
    var reader = ByteReader(packet.payload)
    guard packet.protocol == IPPacket.udp, packet.isFirstPiece, let source = reader.big16(),
      let destination = reader.big16(), let length = reader.big16(), length >= 8, reader.skip(2)
    else { return nil }
    self.source = UInt16(source)
    self.destination = UInt16(destination)
    self.length = length - 8
    payload = reader.rest.prefix(length - 8)
  }
}
