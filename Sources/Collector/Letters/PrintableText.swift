/// Makes a stranger's text safe to set: nothing in it hides, reorders or overprints what stands beside it.
struct PrintableText {
  /// Marks on one base: Vietnamese has two, and a tower of them would grow into other lines.
  private static let mostMarks = 2

  private var result = String.UnicodeScalarView()
  private var marks = 0
  /// Whether the last letter is of a script that is written from right to left.
  private var isLeftwards = false

  /// One line: white space counts once; controls, formats such as overrides of direction, private and unassigned
  /// characters are left out.
  static func line(_ text: String) -> String {
    var line = PrintableText()
    for scalar in text.unicodeScalars { line.add(scalar) }
    if line.result.last == " " { line.result.removeLast() }
    return String(line.result)
  }

  /// The same, cut after so many characters.
  static func line(_ text: String, atMost limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return line(text) }
    return line(String(scalars[..<end])) + "…"
  }

  /// Each line by itself; a carriage return alone begins none.
  static func lines(_ text: String) -> [String] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    let properties = scalar.properties
    // The ideographic space is wanted as it is: Japanese indents with it.
    if properties.isWhitespace, scalar != "\u{3000}" {
      if let last = result.last, last != " " { result.append(" ") }
      marks = 0
      return
    }
    // Which shape of a Han character somebody's name is written with (UTS #37).
    if properties.isVariationSelector, result.last?.properties.isIdeographic == true {
      return result.append(scalar)
    }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: return
    case .nonspacingMark, .spacingMark, .enclosingMark:
      guard marks < Self.mostMarks, !properties.isDefaultIgnorableCodePoint else { return }
      marks += 1
      return result.append(scalar)
    default: if properties.isDefaultIgnorableCodePoint { return }
    }
    marks = 0
    let isLeftwards = Self.isLeftwards(scalar)
    // Digits and signs after Hebrew or Arabic would be drawn before it: a mark (UAX #9, 2.6) ends its reach.
    if self.isLeftwards, !isLeftwards { result.append("\u{200E}") }
    self.isLeftwards = isLeftwards
    result.append(scalar)
  }

  /// The blocks whose unassigned characters are R or AL, too (UAX #9, 3.2).
  private static func isLeftwards(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
    default: false
    }
  }
}
