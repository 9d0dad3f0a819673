import Addresses

/// A datagram of netlink(7): numbers in host byte order, attributes with type and length.
struct NetlinkBytes {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The 32 bits there; 0 behind the end.
  func word(_ offset: Int) -> UInt32 {
    guard offset + 4 <= bytes.count else { return 0 }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
  }

  /// The 16 bits there; 0 behind the end.
  func half(_ offset: Int) -> UInt16 {
    guard offset + 2 <= bytes.count else { return 0 }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt16.self) }
  }

  /// The attributes in a part that lies within the datagram, by type; of two with one type the later.
  func attributes(from start: Int, to end: Int) -> [Int: ArraySlice<UInt8>] {
    var found: [Int: ArraySlice<UInt8>] = [:]
    var offset = start
    while offset + 4 <= end {
      let length = Int(half(offset))
      guard length >= 4, offset + length <= end else { break }
      found[Int(half(offset + 2))] = bytes[(offset + 4)..<(offset + length)]
      offset += (length + 3) & ~3
    }
    return found
  }
}

extension IPAddress {
  /// An address from 4 or 16 octets; `nil` for any other count.
  init?(octets: ArraySlice<UInt8>) {
    if octets.count == 4 {
      self = .v4(IPv4Address(bits: octets.reduce(0) { $0 << 8 | UInt32($1) }))
    } else if let address = IPv6Address(octets: octets) {
      self = .v6(address)
    } else {
      return nil
    }
  }
}
