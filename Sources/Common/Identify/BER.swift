/// Reads and writes the definite-length basic encoding of ASN.1 (X.690, section 8.1) that SNMP and LDAP use.
enum BER {
  struct Value {
    let tag: UInt8
    let content: [UInt8]

    /// The number in an INTEGER of up to eight octets (X.690, section 8.3).
    var integer: Int? {
      guard let first = content.first, content.count <= 8 else { return nil }
      return content.dropFirst().reduce(Int(Int8(bitPattern: first))) { $0 << 8 | Int($1) }
    }
  }

  /// The next value with a one-octet tag; `nil` when it is not whole.
  static func read(_ cursor: inout ByteCursor) -> Value? {
    guard let tag = cursor.u8(), tag & 0x1f != 0x1f, let first = cursor.u8() else { return nil }
    var length = Int(first)
    if first & 0x80 != 0 {
      let octets = Int(first & 0x7f)
      guard (1...4).contains(octets), let long = cursor.big(octets) else { return nil }
      length = Int(long)
    }
    return cursor.take(length).map { Value(tag: tag, content: $0) }
  }

  /// A value of at most 65535 octets.
  static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length: [UInt8] =
      switch content.count {
      case ..<0x80: [UInt8(content.count)]
      case ..<0x100: [0x81, UInt8(content.count)]
      default: [0x82] + UInt16(truncatingIfNeeded: content.count).octets
      }
    return [tag] + length + content
  }

  static func integer(_ number: UInt32) -> [UInt8] {
    var octets = number.octets
    while octets.count > 1, octets[0] == 0, octets[1] < 0x80 { octets.removeFirst() }
    return value(0x02, octets[0] >= 0x80 ? [0] + octets : octets)
  }
}
