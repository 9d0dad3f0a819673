package import Addresses

/// What a DHCP message of a client says of the client (RFC 2131, section 2; RFC 2132).
package struct DHCPMessage: Hashable, Sendable {
  package static let clientPort: UInt16 = 68
  package static let serverPort: UInt16 = 67

  /// Whether a client sent it (`op` is 1).
  package var isRequest: Bool
  package var hardware: MACAddress
  /// The client asks that answers be broadcast.
  package var wantsBroadcast: Bool
  /// The client has its address already, and renews it or asks for more (`ciaddr`; RFC 2131, table 1).
  package var hasAddress: Bool
  /// Option 53: 1 discover, 3 request, 8 inform (RFC 2132, section 9.6).
  package var type: UInt8?
  /// The numbers of all options in their order, without padding and end.
  package var order: [UInt8]
  private var values: [UInt8: ArraySlice<UInt8>]

  /// How many options of one message are read.
  package static let optionLimit = 64

  /// The host name (option 12), as it was sent.
  package var hostName: ArraySlice<UInt8>? { values[12] }
  /// The list of what the client wants to know (option 55).
  package var wanted: [UInt8] { Array(values[55] ?? []) }
  /// The largest message the client takes (option 57), in octets.
  package var largest: Int? {
    values[57].flatMap { $0.count == 2 ? $0.reduce(0) { $0 << 8 | Int($1) } : nil }
  }
  /// What the client's software calls itself (option 60).
  package var vendorClass: ArraySlice<UInt8>? { values[60] }
  /// The client's identifier, its type first (option 61).
  package var clientIdentifier: ArraySlice<UInt8>? { values[61] }
  /// Where the device's usage description is (option 161, RFC 8520, section 10).
  package var descriptionURL: ArraySlice<UInt8>? { values[161] }
  package var requestedAddress: ArraySlice<UInt8>? { values[50] }

  /// Reads a message; `nil` when it is none for Ethernet.
  ///
  /// Options end where the first unsound one begins.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    guard let operation = reader.u8(), operation == 1 || operation == 2, reader.u8() == 1, reader.u8() == 6,
      reader.skip(7), let flags = reader.big16(), let address = reader.big32(), reader.skip(12),
      let hardware = reader.take(16).flatMap({ MACAddress(octets: $0.prefix(6)) }),
      reader.skip(192), reader.big32() == 0x6382_5363
    else { return nil }
    isRequest = operation == 1
    self.hardware = hardware
    wantsBroadcast = flags & 0x8000 != 0
    hasAddress = address != 0
    order = []
    values = [:]
    while order.count < Self.optionLimit, let option = reader.u8(), option != 255 {
      if option == 0 { continue }
      guard let length = reader.u8(), let value = reader.take(length) else { break }
      order.append(UInt8(option))
      values[UInt8(option)] = values[UInt8(option)] ?? value
    }
    type = values[53]?.first
  }
}
