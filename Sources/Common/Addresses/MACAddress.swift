/// The 48-bit hardware address of a network interface (IEEE 802, EUI-48).
package struct MACAddress: Hashable, Sendable {
  /// The six octets in the low 48 bits, first octet highest.
  package let bits: UInt64

  package init(bits: UInt64) {
    self.bits = bits & 0xffff_ffff_ffff
  }

  /// Creates an address from exactly six octets; `nil` for any other count.
  package init?(octets: some Collection<UInt8>) {
    guard octets.count == 6 else { return nil }
    self.init(bits: octets.reduce(0) { $0 << 8 | UInt64($1) })
  }

  package static let broadcast = MACAddress(bits: 0xffff_ffff_ffff)
  package static let zero = MACAddress(bits: 0)

  package var octets: [UInt8] {
    (0..<6).map { UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * $0)) }
  }

  /// A Boolean value indicating whether the group bit is set (IEEE 802-2014, 8.2.2).
  package var isMulticast: Bool { bits >> 40 & 1 == 1 }

  /// Whether somebody chose the address, as phones do for privacy: it tells no vendor (IEEE 802-2014, 8.2.2).
  package var isLocallyAdministered: Bool { bits >> 41 & 1 == 1 }
}

extension MACAddress: LosslessStringConvertible {
  /// Reads six hexadecimal octets separated by `:` or `-`.
  package init?(_ text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    guard parts.count == 6 else { return nil }
    var octets: [UInt8] = []
    for part in parts {
      guard (1...2).contains(part.utf8.count), let octet = UInt8(part, radix: 16) else { return nil }
      octets.append(octet)
    }
    self.init(octets: octets)
  }

  package var description: String {
    octets.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined(separator: ":")
  }
}

extension MACAddress: CodableByDescription {}
