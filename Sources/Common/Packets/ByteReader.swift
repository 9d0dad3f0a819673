/// Reads numbers and runs of bytes from the front of a packet without copying; `nil` where it ends too soon.
package struct ByteReader: Hashable, Sendable {
  package private(set) var rest: ArraySlice<UInt8>

  package init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  package init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  package var isEmpty: Bool { rest.isEmpty }

  package mutating func u8() -> Int? { rest.popFirst().map { Int($0) } }

  /// Two octets, the most significant first.
  package mutating func big16() -> Int? { take(2).map { $0.reduce(0) { $0 << 8 | Int($1) } } }

  /// Four octets, the most significant first.
  package mutating func big32() -> Int? { take(4).map { $0.reduce(0) { $0 << 8 | Int($1) } } }

  /// Two octets, the least significant first.
  package mutating func little16() -> Int? { take(2).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } } }

  /// Four octets, the least significant first.
  package mutating func little32() -> Int? { take(4).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } } }

  package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// Passes over bytes; `false`, with nothing passed over, when there are fewer.
  package mutating func skip(_ count: Int) -> Bool { take(count) != nil }
}
