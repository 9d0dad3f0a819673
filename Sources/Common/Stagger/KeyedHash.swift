/// A short keyed hash that nobody without the key can predict: SipHash-2-4.
///
/// J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012. Written here because it is needed ten
/// million times a second by who simulates, and the agent should not carry a second library for it.
package struct KeyedHash: Hashable, Sendable {
  private let low: UInt64
  private let high: UInt64

  /// `key` is read as 16 bytes; missing ones count as zero, further ones are left out.
  package init(key: some Sequence<UInt8>) {
    var words: [UInt64] = [0, 0]
    for (index, byte) in key.prefix(16).enumerated() { words[index / 8] |= UInt64(byte) << (8 * (index % 8)) }
    low = words[0]
    high = words[1]
  }

  /// Hashes bytes.
  package func hash(_ bytes: [UInt8]) -> UInt64 {
    var state = SipState(low, high)
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt64(byte) << (8 * UInt64(index % 8))
      if index % 8 == 7 {
        state.take(word)
        word = 0
      }
    }
    state.take(word | UInt64(truncatingIfNeeded: bytes.count) << 56)
    return state.result()
  }
}

private struct SipState {
  var a, b, c, d: UInt64

  init(_ low: UInt64, _ high: UInt64) {
    a = low ^ 0x736f_6d65_7073_6575
    b = high ^ 0x646f_7261_6e64_6f6d
    c = low ^ 0x6c79_6765_6e65_7261
    d = high ^ 0x7465_6462_7974_6573
  }

  private mutating func round() {
    a &+= b
    b = (b << 13 | b >> 51) ^ a
    a = a << 32 | a >> 32
    c &+= d
    d = (d << 16 | d >> 48) ^ c
    a &+= d
    d = (d << 21 | d >> 43) ^ a
    c &+= b
    b = (b << 17 | b >> 47) ^ c
    c = c << 32 | c >> 32
  }

  mutating func take(_ word: UInt64) {
    d ^= word
    round()
    round()
    a ^= word
  }

  mutating func result() -> UInt64 {
    c ^= 0xff
    for _ in 0..<4 { round() }
    return a ^ b ^ c ^ d
  }
}
