extension Letter {
  /// More than fits on all sheets a letter may have, whatever it says.
  private static let mostText = 12_000
  private static let mostRecipient = 400

  /// Sets the letter with the fonts that are installed.
  ///
  /// The same letter gives the same bytes, as long as fonts and libraries are the same.
  package func printed() throws(LetterError) -> PrintedLetter {
    var length = 0
    for paragraph in paragraphs { length += paragraph.unicodeScalars.count + 1 }
    guard length <= Self.mostText else { throw .tooLong }
    guard recipient.unicodeScalars.count <= Self.mostRecipient else { throw .recipientTooLong }
    var words = Words(
      sender: PrintableText.line(sender, atMost: 200), day: PrintableText.line(day, atMost: 20),
      recipient: PrintableText.lines(recipient), subject: PrintableText.line(subject, atMost: 200),
      paragraphs: paragraphs.map(PrintableText.line).filter { !$0.isEmpty },
      name: PrintableText.line(name, atMost: 60))
    let setter = try Typesetter(language)
    let replaced = try words.replaceWhatIsMissing(setter)
    return try LetterPress(words, setter).print(replaced: replaced)
  }

  /// What is printed of a letter, safe to set.
  struct Words {
    var sender: String
    var day: String
    var recipient: [String]
    var subject: String
    var paragraphs: [String]
    var name: String

    /// Puts U+FFFD in the place of what no font has, unless that makes the letter unreadable.
    ///
    /// A household must not miss its letter because a device calls itself by an emoji, in a script of which nobody has a font
    /// or with a rare Han character. Kana stand in every Japanese sentence, and a font that has them has what we write; where
    /// they are missing, the letter would be one of empty boxes. Of where it is sent to nothing may be missing.
    fileprivate mutating func replaceWhatIsMissing(
      _ setter: Typesetter
    ) throws(LetterError) -> [Unicode.Scalar] {
      if let first = setter.missing(in: recipient.joined(separator: " ")).first { throw .noFont(first) }
      let all = ([sender, day, subject, name] + paragraphs).joined(separator: " ")
      let missing = setter.missing(in: all)
      if missing.isEmpty { return [] }
      if let first = missing.first(where: Self.isNeeded) { throw .noFont(first) }
      let mark = setter.missing(in: "\u{FFFD}").isEmpty ? "\u{FFFD}" : "?" as Unicode.Scalar
      let gone = Set(missing)
      func replaced(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { gone.contains($0) ? mark : $0 }))
      }
      (sender, subject, name) = (replaced(sender), replaced(subject), replaced(name))
      paragraphs = paragraphs.map(replaced)
      return missing
    }

    private static func isNeeded(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isASCII || (0x3041...0x30FF).contains(scalar.value)
    }
  }
}
