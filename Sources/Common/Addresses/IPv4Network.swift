/// A block of IPv4 addresses with one prefix (RFC 4632).
package struct IPv4Network: Hashable, Sendable {
  /// The first address of the block.
  package let base: IPv4Address
  /// The prefix length, 0 to 32.
  package let prefix: Int

  /// Creates the block that holds `address`; bits behind the prefix are cleared.
  package init?(containing address: IPv4Address, prefix: Int) {
    guard (0...32).contains(prefix) else { return nil }
    self.prefix = prefix
    self.base = IPv4Address(bits: address.bits & Self.mask(prefix))
  }

  private static func mask(_ prefix: Int) -> UInt32 { prefix == 0 ? 0 : ~0 << UInt32(32 - prefix) }

  package var addressCount: Int { 1 << (32 - prefix) }

  package func contains(_ address: IPv4Address) -> Bool {
    address.bits & Self.mask(prefix) == base.bits
  }

  /// The addresses a host can have: without network and broadcast address, except in a /31
  /// (RFC 3021) and a /32.
  package var hosts: some Sequence<IPv4Address> {
    let first = UInt64(base.bits)
    let last = first + UInt64(addressCount) - 1
    let range = prefix >= 31 ? first...last : (first + 1)...(last - 1)
    return range.lazy.map { IPv4Address(bits: UInt32($0)) }
  }
}

extension IPv4Network: LosslessStringConvertible {
  /// Reads `ADDRESS/PREFIX`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv4Address(String(parts[0])), let prefix = Int(parts[1]) else {
      return nil
    }
    self.init(containing: address, prefix: prefix)
  }

  package var description: String { "\(base)/\(prefix)" }
}

extension IPv4Network: CodableByDescription {}
