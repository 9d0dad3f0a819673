package import Addresses

/// Whom the prefixes of some hardware addresses were given to, by the registry of the IEEE.
///
/// A prefix has 24, 28 or 36 bits (IEEE, "Guidelines for Use of EUI, OUI and CID"); the longest one counts.
package struct VendorPrefixes: Sendable {
  private static let lengths = [36, 28, 24]
  private var wanted: Set<String> = []
  private var names: [String: String] = [:]

  /// Looks for nothing but the prefixes of these addresses, so that a registry of megabytes is never held.
  package init(of addresses: some Sequence<MACAddress>) {
    for address in addresses where !address.isLocallyAdministered {
      for length in Self.lengths { wanted.insert(Self.prefix(of: address, bits: length)) }
    }
  }

  /// Reads a line of one of the registry's CSV files: registry, assignment, organisation, address (RFC 4180).
  package mutating func read(_ line: ArraySlice<UInt8>) {
    guard let comma = line.firstIndex(of: 0x2c) else { return }
    let rest = line[(comma + 1)...]
    guard let next = rest.firstIndex(of: 0x2c), (6...9).contains(next - rest.startIndex) else { return }
    let assignment = String(decoding: rest[..<next], as: UTF8.self).uppercased()
    guard wanted.contains(assignment) else { return }
    let name = Self.field(rest[(next + 1)...])
    // Who bought a block without being named.
    guard !name.isEmpty, name != "Private", name != "IEEE Registration Authority" else { return }
    names[assignment] = name
  }

  package func vendor(of address: MACAddress) -> String? {
    guard !address.isLocallyAdministered else { return nil }
    return Self.lengths.lazy.compactMap { names[Self.prefix(of: address, bits: $0)] }.first
  }

  private static func field(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.first == 0x22 else {
      return trimmed(String(decoding: bytes.prefix { $0 != 0x2c }, as: UTF8.self))
    }
    var text: [UInt8] = []
    var rest = bytes.dropFirst()
    while let byte = rest.popFirst() {
      if byte == 0x22 {
        // Two quotation marks are one of the text.
        guard rest.first == 0x22 else { break }
        rest = rest.dropFirst()
      }
      text.append(byte)
    }
    return trimmed(String(decoding: text, as: UTF8.self))
  }

  private static func trimmed(_ text: String) -> String {
    text.split(separator: " ").joined(separator: " ")
  }

  private static func prefix(of address: MACAddress, bits: Int) -> String {
    let digits = String(address.bits >> UInt64(48 - bits), radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, bits / 4 - digits.utf8.count)) + digits
  }
}
