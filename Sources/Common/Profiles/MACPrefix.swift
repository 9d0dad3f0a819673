package import Addresses

/// The first three to six octets of hardware addresses: a maker's block.
package struct MACPrefix: Hashable, Sendable {
  private let bits: UInt64
  private let octetCount: Int

  package func contains(_ address: MACAddress) -> Bool {
    address.bits >> UInt64(48 - 8 * octetCount) == bits
  }
}

extension MACPrefix: LosslessStringConvertible {
  /// Reads octets separated by `:` or `-`: `00:00:5e`.
  package init?(_ text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    guard (3...6).contains(parts.count) else { return nil }
    var bits: UInt64 = 0
    for part in parts {
      guard part.utf8.count == 2, let octet = UInt8(part, radix: 16) else { return nil }
      bits = bits << 8 | UInt64(octet)
    }
    self.bits = bits
    self.octetCount = parts.count
  }

  package var description: String {
    (0..<octetCount).reversed().map { index in
      let octet = bits >> UInt64(8 * index) & 0xff
      return (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }.joined(separator: ":")
  }
}
