/// What a station says of itself by link layer discovery (IEEE 802.1AB-2016, clause 8).
package struct LLDPUnit: Hashable, Sendable {
  /// TLV 5, as it was sent.
  package var systemName: ArraySlice<UInt8>?
  /// TLV 6, as it was sent.
  package var systemDescription: ArraySlice<UInt8>?
  /// TLV 7: the bits of what the system can do and of what it does (8.5.8).
  package var capabilities: Int?
  /// Where the device's usage description is (RFC 8520, section 11).
  package var descriptionURL: ArraySlice<UInt8>?

  /// The functions that are switched on, by the names of table 8-4.
  package var enabled: [String] {
    let names = [
      "other", "repeater", "bridge", "wlan-access-point", "router", "telephone", "docsis", "station",
    ]
    return names.indices.filter { (capabilities ?? 0) >> $0 & 1 == 1 }.map { names[$0] }
  }

  /// How many TLVs of one frame are read.
  package static let limit = 64

  /// Reads the payload of a frame; `nil` unless it begins with a chassis id, as it must (8.2).
  package init?(_ bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    for index in 0..<Self.limit {
      // Seven bits of type, nine of length (8.4).
      guard let head = reader.big16(), let value = reader.take(head & 0x1ff) else {
        if index == 0 { return nil }
        return
      }
      let type = head >> 9
      if index == 0, type != 1 { return nil }
      switch type {
      case 0: return
      case 5: systemName = value
      case 6: systemDescription = value
      case 7: capabilities = value.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      // The IANA's own number, then 1 for a usage description.
      case 127 where value.starts(with: [0x00, 0x00, 0x5e, 0x01]): descriptionURL = value.dropFirst(4)
      default: break
      }
    }
  }
}
