/// A keyed hash that nobody can foretell who does not know the key.
///
/// SipHash-2-4: Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.
package struct SipHash: Hashable, Sendable {
  private let key0: UInt64
  private let key1: UInt64

  /// Takes the two halves of the key, each read with its least significant octet first.
  package init(_ key0: UInt64, _ key1: UInt64) {
    self.key0 = key0
    self.key1 = key1
  }

  /// The hash of the octets of whole words, the least significant octet of each first.
  package func hash(_ words: UInt64...) -> UInt64 {
    var state = State(key0, key1)
    for word in words { state.take(word) }
    return state.end(with: UInt64(truncatingIfNeeded: words.count * 8) << 56)
  }

  /// The same for two words, without an array.
  func hash(_ one: UInt64, _ two: UInt64) -> UInt64 {
    var state = State(key0, key1)
    state.take(one)
    state.take(two)
    return state.end(with: 16 << 56)
  }

  func hash(_ one: UInt64, _ two: UInt64, _ three: UInt64, _ four: UInt64, _ five: UInt64) -> UInt64 {
    var state = State(key0, key1)
    state.take(one)
    state.take(two)
    state.take(three)
    state.take(four)
    state.take(five)
    return state.end(with: 40 << 56)
  }

  /// The hash of any octets.
  package func hash(bytes: [UInt8]) -> UInt64 {
    var state = State(key0, key1)
    var index = 0
    while index + 8 <= bytes.count {
      state.take(Self.word(bytes[index..<index + 8]))
      index += 8
    }
    return state.end(with: Self.word(bytes[index...]) | UInt64(truncatingIfNeeded: bytes.count) << 56)
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private struct State {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    init(_ key0: UInt64, _ key1: UInt64) {
      v0 = key0 ^ 0x736f_6d65_7073_6575
      v1 = key1 ^ 0x646f_7261_6e64_6f6d
      v2 = key0 ^ 0x6c79_6765_6e65_7261
      v3 = key1 ^ 0x7465_6462_7974_6573
    }

    // Called for every probe, also where small code is asked for before fast.
    @inline(__always) mutating func take(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    @inline(__always) mutating func end(with last: UInt64) -> UInt64 {
      take(last)
      v2 ^= 0xff
      round()
      round()
      round()
      round()
      return v0 ^ v1 ^ v2 ^ v3
    }

    @inline(__always) private mutating func round() {
      v0 = v0 &+ v1
      v1 = (v1 << 13 | v1 >> 51) ^ v0
      v0 = v0 << 32 | v0 >> 32
      v2 = v2 &+ v3
      v3 = (v3 << 16 | v3 >> 48) ^ v2
      v0 = v0 &+ v3
      v3 = (v3 << 21 | v3 >> 43) ^ v0
      v2 = v2 &+ v1
      v1 = (v1 << 17 | v1 >> 47) ^ v2
      v2 = v2 << 32 | v2 >> 32
    }
  }
}
