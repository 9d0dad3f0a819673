package import Addresses

/// An address, or all addresses that begin with the same bits, as a lease gives them.
package struct AddressBlock: Hashable, Sendable {
  /// The first address of the block.
  package let base: IPAddress
  /// How many bits they share: 0 to 32, or 0 to 128.
  package let prefix: Int

  /// Creates the block that holds an address; `nil` where there is no such prefix.
  package init?(containing address: IPAddress, prefix: Int) {
    guard (0...Self.width(of: address)).contains(prefix) else { return nil }
    self.prefix = prefix
    switch address {
    case .v4(let address):
      let mask: UInt32 = prefix == 0 ? 0 : ~0 << UInt32(32 - prefix)
      base = .v4(IPv4Address(bits: address.bits & mask))
    case .v6(let address):
      let mask: UInt128 = prefix == 0 ? 0 : ~0 << UInt128(128 - prefix)
      base = .v6(IPv6Address(bits: address.bits & mask))
    }
  }

  package init(_ address: IPAddress) {
    base = address
    prefix = Self.width(of: address)
  }

  private static func width(of address: IPAddress) -> Int { address.isVersion4 ? 32 : 128 }

  package func contains(_ address: IPAddress) -> Bool {
    AddressBlock(containing: address, prefix: prefix).map { $0 == self } ?? false
  }

  /// Every block that holds an address, the largest first: what to look up to find who had it.
  package static func holding(_ address: IPAddress) -> [AddressBlock] {
    (0...width(of: address)).compactMap { AddressBlock(containing: address, prefix: $0) }
  }
}

extension AddressBlock: LosslessStringConvertible {
  /// Reads an address, or `ADDRESS/PREFIX`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
    switch parts.count {
    case 1: self.init(address)
    case 2:
      guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let prefix = Int(parts[1])
      else { return nil }
      self.init(containing: address, prefix: prefix)
    default: return nil
    }
  }

  package var description: String { "\(base)/\(prefix)" }
}
