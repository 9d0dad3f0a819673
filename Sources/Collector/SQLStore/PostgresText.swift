/// A statement as PostgreSQL reads it, with `$1` where SQLite's has `?`, `?1` or `:name`.
struct PostgresText: Hashable, Sendable {
  private(set) var text: String
  /// The names of the places in their order, where they have names.
  private(set) var names: [String] = []
  private(set) var places = 0

  /// What stands in quotes or behind `--` stays as it is.
  init(_ sql: String) {
    var output: [UInt8] = []
    let bytes = Array(sql.utf8)
    output.reserveCapacity(bytes.count + 16)
    var index = 0
    /// Copies up to the next one of a byte.
    func copy(through end: UInt8) -> ArraySlice<UInt8> {
      let stop = bytes[(index + 1)...].firstIndex(of: end).map { $0 + 1 } ?? bytes.count
      defer { index = stop }
      return bytes[index..<stop]
    }
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): output += copy(through: byte)
      case UInt8(ascii: "-") where next == byte: output += copy(through: 0x0a)
      case UInt8(ascii: "?"):
        let digits = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
        index += 1 + digits.count
        let number = Int(String(decoding: digits, as: UTF8.self)) ?? places + 1
        places = max(places, number)
        output += Array("$\(number)".utf8)
      case UInt8(ascii: ":") where next == byte:
        output += [byte, byte]
        index += 2
      case UInt8(ascii: ":") where Self.isLetter(next):
        let letters = bytes[(index + 1)...].prefix { Self.isLetter($0) }
        index += 1 + letters.count
        let name = String(decoding: letters, as: UTF8.self)
        if !names.contains(name) { names.append(name) }
        places = names.count
        output += Array("$\((names.firstIndex(of: name) ?? 0) + 1)".utf8)
      default:
        output.append(byte)
        index += 1
      }
    }
    text = String(decoding: output, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// The values for the places in their order.
  func values(_ arguments: StatementArguments) -> [SQLValue] {
    guard !names.isEmpty else { return arguments.values }
    return names.map { name in
      guard let value = arguments.named[name] else { preconditionFailure("no value for :\(name)") }
      return value
    }
  }
}
