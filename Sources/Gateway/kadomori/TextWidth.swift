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

  /// The same with the blanks that the text begins with before every line.
  static func wrap(_ text: String, to width: Int, keepingIndent: Bool) -> [String] {
    let indent = keepingIndent ? String(text.prefix { $0 == " " }) : ""
    let lines = wrap(text, to: max(8, width - of(indent)))
    return lines.isEmpty ? [""] : lines.map { indent + $0 }
  }

  /// Breaks text into lines of at most `width` columns: between words, or anywhere in Japanese, but not before a mark
  /// that ends a part of a sentence.
  static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    func add(_ character: Character) {
      if !line.isEmpty, of(line) + of(String(character)) > width {
        // What such a mark follows goes with it.
        let carried = endMarks.contains(character) && line.count > 1 ? String(line.removeLast()) : ""
        lines.append(line)
        line = carried
      }
      line.append(character)
    }
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let isWide = word.first.map { of(String($0)) == 2 } ?? false
      let gap = line.isEmpty ? 0 : 1
      if !line.isEmpty, of(line) + gap + (isWide ? 2 : of(String(word))) > width {
        lines.append(line)
        line = ""
      }
      if !line.isEmpty { line += " " }
      word.forEach(add)
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  private static let endMarks: Set<Character> = ["。", "、", "）", "」", "』", "！", "？", "ー", "：", "・"]
}
