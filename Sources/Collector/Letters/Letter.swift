// Letters sets a text on sheets of A4 for an envelope with a window, as PDF; it knows nothing of what the text is about.

/// What is to be printed, as it was given: nothing in it is trusted, and nothing in it is markup.
package struct Letter: Hashable, Sendable {
  package enum Language: String, Sendable {
    case japanese = "ja"
    case english = "en"
  }

  /// Which shapes Han characters take, and where lines may break.
  package var language: Language
  /// Who writes; more than two lines are cut.
  package var sender: String
  /// As 2026-12-31; the PDF's own date, too, so that the same letter is the same bytes on another day.
  package var day: String
  /// What the window shows; its line breaks are kept.
  package var recipient: String
  /// The heading; cut after 200 characters.
  package var subject: String
  /// Each a paragraph; line breaks within one are spaces.
  package var paragraphs: [String]
  /// What stands at the foot of every sheet.
  package var name: String

  package init(
    in language: Language, from sender: String, on day: String, to recipient: String, subject: String,
    paragraphs: [String], name: String
  ) {
    self.language = language
    self.sender = sender
    self.day = day
    self.recipient = recipient
    self.subject = subject
    self.paragraphs = paragraphs
    self.name = name
  }
}

/// A letter that can be printed.
package struct PrintedLetter: Hashable, Sendable {
  /// PDF 1.5 with every font in it that it uses.
  package let pdf: [UInt8]
  package let sheets: Int
  /// Characters that no font has, each once; U+FFFD stands in their place.
  package let replaced: [Unicode.Scalar]
}

/// Why there is no letter.
package enum LetterError: Error, Hashable, Sendable {
  /// No font has this character, without which the letter cannot be read.
  case noFont(Unicode.Scalar)
  /// It does not fit on the sheets a letter may have.
  case tooLong
  /// The recipient does not fit into the window.
  case recipientTooLong
  /// The words are cairo's.
  case notDrawn(String)
}

extension LetterError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noFont(let scalar):
      "no font has \(scalar.name), which the letter needs; install fonts-noto-cjk or fonts-ipaexfont-gothic"
    case .tooLong: "the text is longer than \(Sheet.most) sheets; shorten it"
    case .recipientTooLong: "the recipient does not fit into the window of 85 by 50 mm; shorten it"
    case .notDrawn(let words): words
    }
  }
}

extension Unicode.Scalar {
  /// As U+3042.
  package var name: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
