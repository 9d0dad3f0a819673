/// One bit for each of many things: what takes 19 MB for 150 million targets, and never forgets one.
struct Bitmap: Hashable, Sendable {
  private(set) var words: [UInt64]

  init(count: UInt64) { words = [UInt64](repeating: 0, count: Int((count + 63) / 64)) }

  /// Takes words that were kept; `nil` when there are too few or too many.
  init?(words: [UInt64], count: UInt64) {
    guard UInt64(words.count) == (count + 63) / 64 else { return nil }
    self.words = words
  }

  subscript(_ index: UInt64) -> Bool { words[Int(index >> 6)] >> (index & 63) & 1 == 1 }

  /// Sets a bit; returns whether it was not set before.
  mutating func insert(_ index: UInt64) -> Bool {
    let bit: UInt64 = 1 << (index & 63)
    let isNew = words[Int(index >> 6)] & bit == 0
    words[Int(index >> 6)] |= bit
    return isNew
  }
}
