/// Text as it stands in addresses and forms (RFC 3986, section 2.1; the URL standard, section 5).
package enum FormText {
  /// Fields of one form or query.
  package static let fieldLimit = 100

  /// Reads `%41` and, in a form, `+`; `nil` where it is no UTF-8, or holds a NUL.
  package static func decoded(_ text: Substring, plusIsBlank: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x25:
        guard rest.count >= 2, let high = digit(rest.removeFirst()), let low = digit(rest.removeFirst())
        else {
          return nil
        }
        bytes.append(high << 4 | low)
      case 0x2b where plusIsBlank: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// Reads `a=1&b=2`; of two fields with one name the first counts.
  package static func fields(_ text: Substring) -> [String: String]? {
    var fields: [String: String] = [:]
    let pairs = text.split(separator: "&")
    guard pairs.count <= fieldLimit else { return nil }
    for pair in pairs {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(sides[0], plusIsBlank: true),
        let value = decoded(sides.count > 1 ? sides[1] : "", plusIsBlank: true)
      else { return nil }
      if fields[name] == nil { fields[name] = value }
    }
    return fields
  }

  /// Text as one part of a path, or a value of a query.
  package static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
        result.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += (byte < 16 ? "%0" : "%") + digits
      }
    }
    return result
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
