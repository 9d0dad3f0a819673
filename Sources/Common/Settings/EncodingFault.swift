/// The first byte of a file that is no text.
struct EncodingFault {
  var line: Int
  var column: Int
  var message: String

  /// Finds bytes that YAML 1.1 (section 5.1) does not allow in UTF-8; `nil` where there are none.
  init?(in bytes: [UInt8]) {
    line = 1
    column = 1
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      message = "the file is UTF-16; save it as UTF-8"
      return
    }
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    var isFirst = true
    while true {
      switch decoder.decode(&iterator) {
      case .emptyInput: return nil
      case .error:
        message = "invalid UTF-8; the file is damaged or in another encoding: save it as UTF-8"
        return
      case .scalarValue("\n"):
        line += 1
        column = 1
      case .scalarValue("\u{feff}") where isFirst: break
      case .scalarValue(let scalar):
        if scalar == "\0" {
          message = "a NUL byte; the file is damaged or not a text"
          return
        }
        if Self.isControl(scalar) {
          message = "control character U+\(Self.hex(scalar.value)); remove it"
          return
        }
        column += 1
      }
      isFirst = false
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0d, 0x85: false
    case 0..<0x20, 0x7f..<0xa0, 0xfffe, 0xffff: true
    default: false
    }
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
