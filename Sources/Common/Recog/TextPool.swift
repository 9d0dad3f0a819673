/// Many short texts in one piece of memory.
struct TextPool: Sendable {
  private(set) var bytes: [UInt8] = []

  /// Where a text lies; the empty one lies anywhere.
  struct Slice: Hashable, Sendable {
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  /// Adds a text; the caller sees to it that the pool stays within ``RecogLimits/pool``.
  mutating func add(_ text: some Collection<UInt8>) -> Slice {
    let slice = Slice(start: UInt32(bytes.count), count: UInt32(text.count))
    bytes += text
    return slice
  }

  subscript(slice: Slice) -> String { String(decoding: bytes[range(of: slice)], as: UTF8.self) }

  /// Whether the text in the pool occurs in the other.
  func occurs(_ slice: Slice, in text: [UInt8]) -> Bool {
    guard slice.count > 0 else { return true }
    let range = range(of: slice)
    guard range.count <= text.count else { return false }
    let first = bytes[range.lowerBound]
    for start in 0...(text.count - range.count) where text[start] == first {
      var index = 1
      while index < range.count, text[start + index] == bytes[range.lowerBound + index] { index += 1 }
      if index == range.count { return true }
    }
    return false
  }

  /// Gives back the room that growing left.
  mutating func trim() { bytes = bytes.map { $0 } }

  private func range(of slice: Slice) -> Range<Int> { Int(slice.start)..<Int(slice.start) + Int(slice.count) }
}
