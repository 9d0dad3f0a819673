/// Every number below `count` exactly once, in an order that a key decides, each found without the ones before it.
///
/// A Feistel network over the smallest power of two that holds `count`, with halves as unequal as they have to be;
/// numbers that come out too large go through it again, until they fit ("cycle walking": J. Black, P. Rogaway,
/// "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). The power of two is less than twice `count`, so that two
/// walks are needed on average at most. The order has to look random, not to keep a secret: six rounds of a mixing
/// function do, whose constants are those of SplitMix64 (G. Steele and others, 2014).
package struct Permutation: Hashable, Sendable {
  /// How many numbers there are.
  package let count: UInt64
  private let leftBits: UInt64
  private let rightBits: UInt64
  private let leftMask: UInt64
  private let rightMask: UInt64
  private let keys: [UInt64]

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
    keys = (1...6).map { Self.mix(key &+ $0 &* 0x9e37_79b9_7f4a_7c15) }
  }

  /// The number at `position`, which is below ``count``.
  package func value(at position: UInt64) -> UInt64 {
    var value = position
    keys.withUnsafeBufferPointer { keys in
      repeat {
        var (left, right) = (value >> rightBits, value & rightMask)
        var round = 0
        while round < 6 {
          left ^= Self.mix(right &+ keys[round]) & leftMask
          right ^= Self.mix(left &+ keys[round + 1]) & rightMask
          round += 2
        }
        value = left << rightBits | right
      } while value >= count
    }
    return value
  }

  /// The position of `value`, which is below ``count``.
  package func position(of value: UInt64) -> UInt64 {
    var value = value
    keys.withUnsafeBufferPointer { keys in
      repeat {
        var (left, right) = (value >> rightBits, value & rightMask)
        var round = 4
        while round >= 0 {
          right ^= Self.mix(left &+ keys[round + 1]) & rightMask
          left ^= Self.mix(right &+ keys[round]) & leftMask
          round -= 2
        }
        value = left << rightBits | right
      } while value >= count
    }
    return value
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
