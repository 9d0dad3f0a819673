/// Makes text of bytes that a device sent, fit to be stored and shown.
package enum Text {
  /// The longest text kept of any one answer, in Unicode scalars.
  package static let limit = 160

  /// The bytes up to the first line end, decoded as UTF-8, without control and direction characters.
  package static func line(_ bytes: some Sequence<UInt8>) -> String {
    clean(bytes.prefix { $0 != 0x0a && $0 != 0x0d })
  }

  /// All printable text of the bytes on one line; empty when most of them are not text.
  package static func printable(_ bytes: [UInt8]) -> String {
    let head = bytes.prefix(limit * 4)
    let readable = head.filter { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }.count
    guard readable * 4 >= head.count * 3 else { return "" }
    return clean(head)
  }

  /// Decodes, replaces runs of white space and unsafe characters by one space, and cuts to ``limit``.
  package static func clean(_ bytes: some Sequence<UInt8>) -> String {
    clean(String(decoding: Array(bytes.prefix(limit * 8)), as: UTF8.self))
  }

  /// The cleaned text, or `nil` when nothing is left of it.
  static func shown(_ text: String) -> String? {
    let clean = clean(text)
    return clean.isEmpty ? nil : clean
  }

  package static func clean(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var gap = false
    // What is read is bounded too: a text of nothing but unsafe characters must not cost more than another.
    for scalar in text.unicodeScalars.prefix(limit * 8) {
      guard isSafe(scalar) else {
        gap = !scalars.isEmpty
        continue
      }
      // The space between two words takes a place too.
      guard scalars.count + (gap ? 2 : 1) <= limit else { break }
      if gap { scalars.append(" ") }
      gap = false
      scalars.append(scalar)
    }
    return String(scalars)
  }

  /// Whether a character can stand in a terminal, a log and a page without steering them.
  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      false
    default: scalar != "\u{fffd}"
    }
  }
}
