import BrokerFixture
import Foundation
import Letters
import Testing

/// A letter to somebody, with everything in it that one has.
func letter(
  _ language: Letter.Language = .japanese, subject: String = "ご家庭のカメラについてのお知らせ",
  paragraphs: [String] = ["ご家庭のネットワークにあるカメラが、だれでも使えるようになっています。", "電源を切ってください。"],
  to recipient: String = "〒100-0001\n東京都千代田区千代田1-1\n門守 花子 様"
) -> Letter {
  Letter(
    in: language, from: "門守ネット", on: "2026-12-31", to: recipient, subject: subject,
    paragraphs: paragraphs, name: "notice-7")
}

/// What poppler, which reads PDF by itself, finds in a letter.
struct Print {
  /// A word and where it stands, in points from the upper left corner.
  struct Word: Hashable {
    var sheet: Int
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double
    var text: String
  }

  let letter: PrintedLetter
  let text: String
  let words: [Word]
  let facts: String
  /// The lines of pdffonts, without their head.
  let fonts: [String]

  init(_ letter: Letter) throws {
    self.letter = try letter.printed()
    let directory = try TemporaryDirectory()
    let file = directory.path + "/letter.pdf"
    try Data(self.letter.pdf).write(to: URL(filePath: file))
    func ask(_ program: String, _ arguments: String...) throws -> String {
      let answer = try run(program, arguments, in: directory)
      try #require(answer.status == 0, "\(program) \(arguments): \(answer)")
      return answer.text
    }
    text = try ask("pdftotext", "-layout", file, "-")
    facts = try ask("pdfinfo", "-isodates", file)
    fonts = try ask("pdffonts", file).split(separator: "\n").dropFirst(2).map(String.init)
    var sheet = 0
    var words: [Word] = []
    let box = /<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">(.*)<\/word>/
    for line in try ask("pdftotext", "-bbox", file, "-").split(separator: "\n") {
      if line.contains("<page ") { sheet += 1 }
      guard let match = line.firstMatch(of: box), let left = Double(match.1), let top = Double(match.2),
        let right = Double(match.3), let bottom = Double(match.4)
      else { continue }
      words.append(
        Word(
          sheet: sheet, left: left, top: top, right: right, bottom: bottom, text: String(match.5)))
    }
    self.words = words
  }

  func word(_ text: String) throws -> Word {
    try #require(words.first { $0.text.contains(text) }, "no word '\(text)' in \(words)")
  }
}

/// In points.
func mm(_ length: Double) -> Double { length * 72 / 25.4 }
