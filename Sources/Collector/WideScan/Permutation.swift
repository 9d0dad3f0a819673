/// Every number below `count` exactly once, in an order that a key decides, each found without the ones before it.
///
/// A Feistel network over the smallest power of two that holds `count`, with halves as unequal as they have to be;
/// numbers that come out too large go through it again, until they fit ("cycle walking": J. Black, P. Rogaway,
/// "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). The power of two is less than twice `count`, so that two
/// walks are needed on average at most. The order has to look random, not to keep a secret: six rounds do of the middle
/// bits of a product with an odd factor (M. Dietzfelbinger and others, "A Reliable Randomized Algorithm for the
/// Closest-Pair Problem", 1997), and the factors come from the key by SplitMix64 (G. Steele and others, 2014).
package struct Permutation: Sendable {
  /// How many numbers there are.
  package let count: UInt64
  private let leftBits: UInt64
  private let rightBits: UInt64
  private let leftMask: UInt64
  private let rightMask: UInt64
  private let factors: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  private let offset: UInt64

  /// The most numbers it can have.
  package static let largest: UInt64 = 1 << 62

  package init(count: UInt64, key: UInt64) {
    precondition((1...Self.largest).contains(count), "a permutation has 1 to 2^62 numbers")
    self.count = count
    let bits = UInt64(64 - (count - 1).leadingZeroBitCount)
    leftBits = bits / 2
    rightBits = bits - bits / 2
    leftMask = (1 << leftBits) - 1
    rightMask = (1 << rightBits) - 1
    func factor(_ number: UInt64) -> UInt64 { Self.mix(key &+ number &* 0x9e37_79b9_7f4a_7c15) | 1 }
    factors = (factor(1), factor(2), factor(3), factor(4), factor(5), factor(6))
    offset = Self.mix(key &+ 7 &* 0x9e37_79b9_7f4a_7c15)
  }

  /// The number at `position`, which is below ``count``.
  package func value(at position: UInt64) -> UInt64 {
    var value = position
    repeat {
      var (left, right) = (value &>> rightBits, value & rightMask)
      left ^= round(right, factors.0) & leftMask
      right ^= round(left, factors.1) & rightMask
      left ^= round(right, factors.2) & leftMask
      right ^= round(left, factors.3) & rightMask
      left ^= round(right, factors.4) & leftMask
      right ^= round(left, factors.5) & rightMask
      value = left &<< rightBits | right
    } while value >= count
    return value
  }

  /// The position of `value`, which is below ``count``.
  package func position(of value: UInt64) -> UInt64 {
    var value = value
    repeat {
      var (left, right) = (value &>> rightBits, value & rightMask)
      right ^= round(left, factors.5) & rightMask
      left ^= round(right, factors.4) & leftMask
      right ^= round(left, factors.3) & rightMask
      left ^= round(right, factors.2) & leftMask
      right ^= round(left, factors.1) & rightMask
      left ^= round(right, factors.0) & leftMask
      value = left &<< rightBits | right
    } while value >= count
    return value
  }

  // Called for every probe, also where small code is asked for before fast. Halves have at most 31 bits, so that all of
  // them count in the bits from the 32nd on.
  @inline(__always) private func round(_ half: UInt64, _ factor: UInt64) -> UInt64 {
    ((half &+ offset) &* factor) &>> 32
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
