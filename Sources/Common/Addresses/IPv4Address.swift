/// A 32-bit Internet address (RFC 791).
package struct IPv4Address: Hashable, Sendable, Comparable {
  /// The address in host byte order: `192.0.2.1` is `0xC0000201`.
  package let bits: UInt32

  package init(bits: UInt32) {
    self.bits = bits
  }

  package var octets: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
  }

  package static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

extension IPv4Address: LosslessStringConvertible {
  /// Reads dotted decimal with four parts and no leading zeros (RFC 6943, section 3.1.1).
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard part.utf8.count == 1 || part.first != "0",
        part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let octet = UInt8(part)
      else { return nil }
      bits = bits << 8 | UInt32(octet)
    }
    self.init(bits: bits)
  }

  package var description: String {
    octets.map { String($0) }.joined(separator: ".")
  }
}

extension IPv4Address: CodableByDescription {}
