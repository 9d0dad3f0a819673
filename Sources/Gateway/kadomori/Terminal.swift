import Glibc
import Wording

/// What the terminal can show.
struct Terminal {
  let isTerminal: Bool
  /// Whether a line can be written over.
  let hasCursor: Bool
  let hasColour: Bool
  let columns: Int

  /// Looks at a file descriptor: 1 for data, 2 for talk.
  init(_ number: CInt) {
    isTerminal = isatty(number) == 1
    let type = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    // https://no-color.org: present and not empty, whatever its value.
    let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    hasCursor = isTerminal && type != "dumb"
    hasColour = hasCursor && !refused
    var size = winsize()
    let known = isTerminal && ioctl(number, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    columns = known ? max(20, Int(size.ws_col)) : 100
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
