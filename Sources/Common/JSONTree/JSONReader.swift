/// Reads JSON (RFC 8259), strictly and within bounds.
///
/// A name that stands twice in an object is an error: readers disagree on which of the two counts.
package struct JSONReader {
  private let bytes: [UInt8]
  private let deepest: Int
  private var place = 0
  private var depth = 0

  /// Reads a document of at most `limit` bytes, nested at most `deepest` levels.
  package static func read(_ bytes: [UInt8], limit: Int, deepest: Int) throws(JSONFault) -> JSONValue {
    guard bytes.count <= limit else {
      throw JSONFault(place: "", problem: "is larger than \(limit / 1024) kB")
    }
    var reader = JSONReader(bytes: bytes, deepest: deepest)
    let value = try reader.value()
    reader.skipSpace()
    guard reader.place == bytes.count else { throw reader.fail("something follows the document") }
    return value
  }

  private init(bytes: [UInt8], deepest: Int) {
    self.bytes = bytes
    self.deepest = deepest
  }

  private func fail(_ problem: String) -> JSONFault {
    let before = bytes.prefix(place)
    let line = before.count { $0 == 0x0a } + 1
    let column = place - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
    return JSONFault(place: "line \(line), column \(column)", problem: problem)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || (0x09...0x0a).contains(byte) || byte == 0x0d { place += 1 }
  }

  /// Takes a byte if it comes next, after white space.
  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(JSONFault) -> JSONValue {
    skipSpace()
    switch next {
    case 0x7b: return try object()
    case 0x5b: return try array()
    case 0x22: return .string(try string())
    case 0x74: return try word("true", .bool(true))
    case 0x66: return try word("false", .bool(false))
    case 0x6e: return try word("null", .null)
    case 0x2d?, .some(0x30...0x39): return try number()
    case nil: throw fail("the document ends too early")
    default: throw fail("no JSON value begins here")
    }
  }

  private mutating func enter() throws(JSONFault) {
    depth += 1
    place += 1
    guard depth <= deepest else { throw fail("is nested more than \(deepest) levels deep") }
  }

  private mutating func object() throws(JSONFault) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var members: [String: JSONValue] = [:]
    if take(0x7d) { return .object(members) }
    repeat {
      skipSpace()
      guard next == 0x22 else { throw fail("a name in quotes is expected") }
      let start = place
      let name = try string()
      guard members[name] == nil else {
        place = start
        throw fail("'\(name.prefix(40))' stands twice in one object")
      }
      guard take(0x3a) else { throw fail("':' is expected") }
      members[name] = try value()
    } while take(0x2c)
    guard take(0x7d) else { throw fail("',' or '}' is expected") }
    return .object(members)
  }

  private mutating func array() throws(JSONFault) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var items: [JSONValue] = []
    if take(0x5d) { return .array(items) }
    repeat { items.append(try value()) } while take(0x2c)
    guard take(0x5d) else { throw fail("',' or ']' is expected") }
    return .array(items)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONFault) -> JSONValue {
    guard bytes[place...].starts(with: word.utf8) else { throw fail("no JSON value begins here") }
    place += word.utf8.count
    return value
  }

  private mutating func digits() throws(JSONFault) {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
    guard place > start else { throw fail("a digit is expected") }
  }

  private mutating func number() throws(JSONFault) -> JSONValue {
    let start = place
    if next == 0x2d { place += 1 }
    if next == 0x30 { place += 1 } else { try digits() }
    if next == 0x2e {
      place += 1
      try digits()
    }
    if next == 0x65 || next == 0x45 {
      place += 1
      if next == 0x2b || next == 0x2d { place += 1 }
      try digits()
    }
    return .number(String(decoding: bytes[start..<place], as: UTF8.self))
  }

  private mutating func string() throws(JSONFault) -> String {
    place += 1
    var text: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case 0x22:
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fail("the text is not UTF-8")
        }
        return string
      case 0x5c: text += try escape()
      case ..<0x20: throw fail("a control character stands in a text")
      default: text.append(byte)
      }
    }
    throw fail("a text does not end")
  }

  private mutating func escape() throws(JSONFault) -> [UInt8] {
    guard let byte = next else { throw fail("a text does not end") }
    place += 1
    switch byte {
    case 0x22, 0x5c, 0x2f: return [byte]
    case 0x62: return [0x08]
    case 0x66: return [0x0c]
    case 0x6e: return [0x0a]
    case 0x72: return [0x0d]
    case 0x74: return [0x09]
    case 0x75:
      var units = [try hexadecimal()]
      if (0xd800...0xdbff).contains(units[0]), bytes[place...].starts(with: [0x5c, 0x75]) {
        place += 2
        units.append(try hexadecimal())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw fail("an escape is half a character")
      }
      return Array(text.utf8)
    default: throw fail("no such escape")
    }
  }

  private mutating func hexadecimal() throws(JSONFault) -> UInt16 {
    guard let unit = bytes.count - place >= 4 ? UInt16(ascii: bytes[place..<place + 4]) : nil else {
      throw fail("four hexadecimal digits are expected")
    }
    place += 4
    return unit
  }
}

extension UInt16 {
  fileprivate init?(ascii digits: ArraySlice<UInt8>) {
    self = 0
    for digit in digits {
      guard let value = Character(UnicodeScalar(digit)).hexDigitValue, digit < 0x80 else { return nil }
      self = self << 4 | UInt16(value)
    }
  }
}
