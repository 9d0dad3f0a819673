/// Reads numbers and runs of bytes from the front of what a device sent; `nil` where it ends too soon.
struct ByteCursor {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>) {
    rest = Array(bytes)[...]
  }

  var isEmpty: Bool { rest.isEmpty }

  mutating func u8() -> UInt8? { rest.popFirst() }

  /// Two or more octets, the most significant first.
  mutating func big(_ octets: Int) -> UInt64? {
    take(octets)?.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Two or more octets, the least significant first.
  mutating func little(_ octets: Int) -> UInt64? {
    take(octets)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func big16() -> Int? { big(2).map { Int($0) } }
  mutating func big32() -> Int? { big(4).map { Int($0) } }
  mutating func little16() -> Int? { little(2).map { Int($0) } }
  mutating func little32() -> Int? { little(4).map { Int($0) } }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// Passes over bytes; `nil` when there are fewer.
  mutating func skip(_ count: Int) -> Void? {
    guard count >= 0, count <= rest.count else { return nil }
    rest = rest.dropFirst(count)
    return ()
  }

  /// The bytes before the next `byte`, which is passed over; `nil` when there is none.
  mutating func until(_ byte: UInt8) -> [UInt8]? {
    guard let end = rest.firstIndex(of: byte) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return Array(rest[..<end])
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// The octets of the number, the most significant first.
  var octets: [UInt8] { littleOctets.reversed() }

  /// The octets of the number, the least significant first.
  var littleOctets: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }
}

extension [UInt8] {
  /// The count of the bytes as a big-endian 16-bit number, then the bytes.
  var counted16: [UInt8] { UInt16(truncatingIfNeeded: count).octets + self }

  /// Reads the ASCII of a text.
  init(ascii text: StaticString) {
    self = Array(text.description.utf8)
  }
}
