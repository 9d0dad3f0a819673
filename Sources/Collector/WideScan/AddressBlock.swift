package import Addresses

/// A block of addresses that may be scanned, of either version of IP.
///
/// A block of IPv6 is far too large to try every address. `each` then names the length of the prefixes that customers
/// get, and one made-up address of each is probed: the router there answers that it knows no such host, and so gives
/// its own address away (X. Li and others, "Fast IPv6 Network Periphery Discovery and Security Implications", DSN 2021).
package struct AddressBlock: Hashable, Sendable {
  /// The first address.
  package let base: IPAddress
  /// The bits that all addresses share, 0 to 32 or 128.
  package let prefix: Int
  /// The length of a customer's prefix where one address of each is probed; `nil` where every address is.
  package let each: Int?

  /// How many addresses, or customers' prefixes, one block may have: 16,777,216, which is a /8 of IPv4.
  package static let largest: UInt64 = 1 << 24

  package init(base: IPAddress, prefix: Int, each: Int? = nil) {
    self.base = base
    self.prefix = prefix
    self.each = each
  }

  package var isVersion4: Bool { base.isVersion4 }

  /// The bits behind the part that tells one probed address from the next.
  var freeBits: Int { each.map { 128 - $0 } ?? 0 }

  /// The addresses as numbers, version 4 in the lowest 32 bits.
  var span: AddressSpan {
    let width = isVersion4 ? 32 : 128
    return AddressSpan(
      first: base.number, size: UInt128(1) << UInt128(width - prefix), isVersion4: isVersion4)
  }

  /// Whether its addresses come before another's, those of version 4 first.
  func isBefore(_ other: AddressBlock) -> Bool {
    isVersion4 == other.isVersion4 ? base.number < other.base.number : isVersion4
  }

  /// How many addresses are probed in it.
  package var count: UInt64 { 1 << UInt64((each ?? (isVersion4 ? 32 : 128)) - prefix) }

  /// What is wrong with it, in words that say what to write instead; `nil` when nothing is.
  package var problem: String? {
    let width = isVersion4 ? 32 : 128
    guard (0...width).contains(prefix) else {
      return "a prefix of \(isVersion4 ? "IPv4" : "IPv6") has 0 to \(width) bits"
    }
    if let each {
      guard !isVersion4 else {
        return "'each' is for IPv6; without it every address of an IPv4 block is probed"
      }
      guard each >= prefix, each <= 64 else {
        return "'each' is no shorter than the block itself (/\(prefix)), and /64 at most"
      }
    }
    let mask: UInt128 = prefix == 0 ? 0 : ~0 << UInt128(width - prefix)
    let cleared = base.number & mask & (isVersion4 ? 0xffff_ffff : ~0)
    guard cleared == base.number else {
      return
        "\(base) is one address inside the block; write \(IPAddress(number: cleared, isVersion4: isVersion4))/\(prefix)"
    }
    let bits = (each ?? width) - prefix
    guard bits <= 24 else {
      return isVersion4
        ? "nobody owns as much as /\(prefix); name the provider's own blocks, each /8 or smaller"
        : "2^\(bits) addresses cannot be tried; name smaller blocks, or the customers' prefixes: 'each /56'"
    }
    if let kind = Self.unusable.first(where: { $0.block.span.overlaps(span) })?.kind {
      return "holds \(kind); leave these addresses out"
    }
    return nil
  }

  /// What is never somebody's host on the Internet (IANA, "Special-Purpose Address Registry").
  private static let unusable: [(block: AddressBlock, kind: String)] = [
    (AddressBlock(base: .v4(IPv4Address(bits: 0)), prefix: 8), "addresses of this host (0.0.0.0/8)"),
    (AddressBlock(base: .v4(IPv4Address(bits: 0x7f00_0000)), prefix: 8), "loopback (127.0.0.0/8)"),
    (
      AddressBlock(base: .v4(IPv4Address(bits: 0xe000_0000)), prefix: 3),
      "groups and reserved ones (224.0.0.0/3)"
    ),
    (AddressBlock(base: .v6(IPv6Address(bits: 0)), prefix: 8), "loopback or mapped addresses (::/8)"),
    (
      AddressBlock(base: .v6(IPv6Address(bits: 0xfe80 << 112)), prefix: 10),
      "addresses of one link (fe80::/10)"
    ),
    (AddressBlock(base: .v6(IPv6Address(bits: 0xff00 << 112)), prefix: 8), "groups (ff00::/8)"),
  ]
}

extension AddressBlock: LosslessStringConvertible {
  /// Reads `ADDRESS/PREFIX` or `ADDRESS/PREFIX each /LENGTH`; whether that makes sense, ``problem`` says.
  package init?(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    let parts = words[0].split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 1 || words.count == 3, parts.count == 2, let base = IPAddress(String(parts[0])),
      let prefix = Self.length(parts[1])
    else { return nil }
    var each: Int?
    if words.count == 3 {
      guard words[1] == "each", words[2].first == "/", let length = Self.length(words[2].dropFirst()) else {
        return nil
      }
      each = length
    }
    self.init(base: base, prefix: prefix, each: each)
  }

  private static func length(_ text: Substring) -> Int? {
    guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(text)
  }

  package var description: String { "\(base)/\(prefix)" + (each.map { " each /\($0)" } ?? "") }
}

extension IPAddress {
  /// The address as a number, version 4 in the lowest 32 bits.
  var number: UInt128 {
    switch self {
    case .v4(let address): UInt128(address.bits)
    case .v6(let address): address.bits
    }
  }

  init(number: UInt128, isVersion4: Bool) {
    self =
      isVersion4
      ? .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: number))) : .v6(IPv6Address(bits: number))
  }
}
