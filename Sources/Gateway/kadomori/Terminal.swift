import Glibc
import Wording

/// What the terminal can show.
struct Terminal {
  let isTerminal: Bool
  let hasColour: Bool
  let columns: Int

  /// Looks at a file descriptor: 1 for data, 2 for talk.
  init(_ number: CInt) {
    isTerminal = isatty(number) == 1
    let type = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    // https://no-color.org: present and not empty, whatever its value.
    let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    hasColour = isTerminal && !refused && type != "dumb"
    var size = winsize()
    let known = isTerminal && ioctl(number, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    columns = known ? max(40, Int(size.ws_col)) : 100
  }

  enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case yellow = "33"
    case green = "32"
    case alarm = "1;31"
  }

  func styled(_ text: String, _ style: Style?) -> String {
    guard hasColour, let style else { return text }
    return "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m"
  }

  /// The language of the user's locale: `LC_ALL`, then `LC_MESSAGES`, then `LANG` (locale(7)).
  static var language: Language {
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      if let value = getenv(name), value.pointee != 0 {
        return String(cString: value).hasPrefix("ja") ? .ja : .en
      }
    }
    return .en
  }
}

/// How many columns text takes on a terminal.
enum TextWidth {
  /// Counts East Asian wide and full-width characters as two (Unicode Standard Annex 11), combining
  /// ones as none.
  static func of(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
      0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe4f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff,
      0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }

  /// Fills with spaces to a width, or cuts with an ellipsis.
  static func fit(_ text: String, to width: Int) -> String {
    let length = of(text)
    if length <= width { return text + String(repeating: " ", count: width - length) }
    var cut = ""
    var used = 0
    for character in text {
      let size = of(String(character))
      if used + size > width - 1 { break }
      cut.append(character)
      used += size
    }
    return cut + "…" + String(repeating: " ", count: max(0, width - used - 1))
  }

  /// Breaks text into lines of at most `width` columns, between words, or anywhere in Japanese.
  static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      if !line.isEmpty, of(line) + 1 + of(String(word)) > width {
        lines.append(line)
        line = ""
      }
      if !line.isEmpty { line += " " }
      for character in word {
        if of(line) + of(String(character)) > width {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
