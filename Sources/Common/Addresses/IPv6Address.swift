/// A 128-bit Internet address (RFC 4291).
package struct IPv6Address: Hashable, Sendable, Comparable {
  /// The address in host byte order, first group highest.
  package let bits: UInt128

  package init(bits: UInt128) {
    self.bits = bits
  }

  /// Creates an address from exactly 16 octets; `nil` for any other count.
  package init?(octets: some Collection<UInt8>) {
    guard octets.count == 16 else { return nil }
    self.init(bits: octets.reduce(0) { $0 << 8 | UInt128($1) })
  }

  /// Whether it is valid on its link alone: `fe80::/10` (RFC 4291, section 2.5.6).
  package var isLinkLocal: Bool { bits >> 118 == 0xfe80 >> 6 }

  package var octets: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0)) }
  }

  package var groups: [UInt16] {
    (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
  }

  package static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

extension IPv6Address: LosslessStringConvertible {
  /// Reads colon-separated groups with at most one `::`; no zone and no embedded IPv4.
  package init?(_ text: String) {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return nil }
    func groups(_ half: Substring) -> [UInt16]? {
      if half.isEmpty { return [] }
      var groups: [UInt16] = []
      for part in half.split(separator: ":", omittingEmptySubsequences: false) {
        guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else { return nil }
        groups.append(group)
      }
      return groups
    }
    guard let head = groups(halves[0]) else { return nil }
    var all = head
    if halves.count == 2 {
      guard let tail = groups(halves[1]), head.count + tail.count < 8 else { return nil }
      all += Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }
    guard all.count == 8 else { return nil }
    self.init(bits: all.reduce(0) { $0 << 16 | UInt128($1) })
  }

  /// The canonical text (RFC 5952): lower case, the longest run of zero groups shortened.
  package var description: String {
    let groups = groups
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > best.count, end - start > 1 { best = start..<end }
      start = max(end, start + 1)
    }
    func text(_ part: some Collection<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !best.isEmpty else { return text(groups) }
    return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }
}

extension IPv6Address: CodableByDescription {}
