/// Reads JSON of the form in which gateways write it: no white space, texts of printable ASCII without escapes, whole
/// numbers.
///
/// Whatever is written otherwise is `nil` here, and left to the decoder, which reads all of JSON and says what is wrong:
/// so what this reads it reads as that does, and needs a tenth of the time.
struct PlainJSON {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count - place >= count else { return false }
    for index in 0..<count where bytes[place + index] != word.utf8Start[index] { return false }
    place += count
    return true
  }

  /// Takes a text and returns where it stands, without its quotes.
  private mutating func range() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        return start..<(place - 1)
      }
      guard (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
      place += 1
    }
    return nil
  }

  mutating func text() -> String? {
    range().map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// Takes this text and no other.
  mutating func text(is expected: String) -> Bool {
    guard let range = range(), range.count == expected.utf8.count else { return false }
    var index = range.lowerBound
    for byte in expected.utf8 {
      if bytes[index] != byte { return false }
      index += 1
    }
    return true
  }

  /// Takes a whole number of at most 18 digits.
  mutating func integer() -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    let start = place
    var value: Int64 = 0
    while place < bytes.count, (0x30...0x39).contains(bytes[place]), place - start < 18 {
      value = value * 10 + Int64(bytes[place] - 0x30)
      place += 1
    }
    let count = place - start
    guard count > 0, count == 1 || bytes[start] != 0x30, !(isNegative && value == 0) else { return nil }
    // What goes on is another kind of number, or a longer one.
    if place < bytes.count, (0x30...0x39).contains(bytes[place]) { return nil }
    return isNegative ? -value : value
  }

  mutating func bool() -> Bool? {
    if take("true") { return true }
    return take("false") ? false : nil
  }

  /// Takes an object: `member` is told each name and takes its value, or returns `false` for one it does not know.
  ///
  /// A name that comes again is for `member` to refuse.
  mutating func object(_ member: (_ name: Name, _ json: inout PlainJSON) -> Bool) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    if take(UInt8(ascii: "}")) { return true }
    repeat {
      guard let range = range(), take(UInt8(ascii: ":")) else { return false }
      var name = Name(count: range.count)
      for index in range.prefix(16) { name.add(bytes[index]) }
      guard member(name, &self) else { return false }
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}"))
  }

  /// Passes over a value of any kind, nested at most `depth` levels.
  mutating func pass(depth: Int) -> Bool {
    guard place < bytes.count else { return false }
    switch bytes[place] {
    case UInt8(ascii: "\""): return range() != nil
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return bool() != nil
    case UInt8(ascii: "n"): return take("null")
    case UInt8(ascii: "{"):
      guard depth > 0 else { return false }
      return object { $1.pass(depth: depth - 1) }
    case UInt8(ascii: "["):
      guard depth > 0 else { return false }
      place += 1
      if take(UInt8(ascii: "]")) { return true }
      repeat {
        guard pass(depth: depth - 1) else { return false }
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "]"))
    default: return integer() != nil
    }
  }
}

extension PlainJSON {
  /// The name of a member by its length and first 16 characters, to be compared without making a text of it.
  struct Name: Hashable {
    private var count: Int
    private var letters: UInt128 = 0

    fileprivate init(count: Int) { self.count = count }

    init(_ name: StaticString) {
      count = name.utf8CodeUnitCount
      for index in 0..<min(16, count) { add(name.utf8Start[index]) }
    }

    fileprivate mutating func add(_ byte: UInt8) { letters = letters << 8 | UInt128(byte) }
  }
}
