import Letters
import Testing

@Suite(.timeLimit(.minutes(3))) struct LetterTests {
  private static let easy = [
    "あなたの いえの カメラは、だれでも 見ることが できます。", "カメラの でんげんを きってください。",
  ]

  @Test(arguments: [
    letter(), letter(subject: "カメラについて", paragraphs: easy),
    letter(
      .english, subject: "Strangers can use your camera", paragraphs: ["Please turn it off."],
      to: "1-1 Chiyoda\nHanako Kadomori"),
  ])
  func `a letter is one sheet of A4 with its fonts and its words in it`(letter: Letter) throws {
    let print = try Print(letter)
    #expect(print.letter.sheets == 1 && print.letter.replaced.isEmpty)
    #expect(print.facts.contains(/Pages: +1\n/) && print.facts.contains(/Page size: .*A4/), "\(print.facts)")
    #expect(print.facts.contains("Title:           \(letter.subject)\n"))
    #expect(print.facts.contains(/CreationDate: +2026-12-31T00:00:00/), "\(print.facts)")
    #expect(!print.facts.contains("ModDate"))
    let text = print.text.filter { !$0.isWhitespace }
    for words in [letter.sender, letter.day, letter.subject, letter.name, letter.recipient]
      + letter.paragraphs
    {
      #expect(text.contains(words.filter { !$0.isWhitespace }), "\(words) in \(print.text)")
    }
    #expect(!print.fonts.isEmpty)
    // Name, kind, encoding, and whether it is in the file, in part, and with the characters it stands for.
    for font in print.fonts { #expect(font.contains(/\ yes +yes +yes +\d+ +0$/), "\(font)") }
  }

  @Test func `the recipient is in the window, and everything else is elsewhere`() throws {
    let print = try Print(letter())
    for words in ["100-0001", "東京都", "花子"] {
      let word = try print.word(words)
      #expect(
        word.left > mm(24.5) && word.right < mm(110) && word.top > mm(44) && word.bottom < mm(95), "\(word)")
    }
    #expect(try abs(print.word("〒").left - mm(25)) < 2)
    for words in ["門守ネット", "2026-12-31"] {
      let word = try print.word(words)
      #expect(abs(word.right - mm(185)) < 2 && word.top > mm(24) && word.bottom < mm(45), "\(word)")
    }
    let heading = try print.word("お知らせ")
    #expect(
      heading.top > mm(99) && heading.bottom < mm(110) && heading.bottom - heading.top > 14, "\(heading)")
    #expect(try print.word("notice-7").top > mm(270))
  }

  @Test func `the same letter is the same bytes, on whichever thread`() async throws {
    let first = try letter().printed().pdf
    await withTaskGroup(of: [UInt8]?.self) { group in
      for number in 0..<40 {
        group.addTask {
          // Others in between, with other characters, change nothing.
          if number % 3 == 0 {
            return (try? letter(paragraphs: ["別の文章\(number)"]).printed()).map { _ in first }
          }
          return try? letter().printed().pdf
        }
      }
      for await bytes in group { #expect(bytes == first) }
    }
  }

  @Test func `a text too long for one sheet goes on on the next, above its foot`() throws {
    let paragraphs = (1...16).map { "第\($0)段。" + String(repeating: "とても長い文章です。", count: 6) }
    let print = try Print(letter(paragraphs: paragraphs))
    #expect(print.letter.sheets == 2 && print.facts.contains(/Pages: +2\n/))
    let text = print.text.filter { !$0.isWhitespace }
    for paragraph in paragraphs { #expect(text.contains(paragraph)) }
    #expect(try print.word("1/2").sheet == 1 && print.word("2/2").sheet == 2)
    #expect(print.words.filter { $0.text == "notice-7" }.map(\.sheet) == [1, 2])
    for word in print.words where word.bottom > mm(266) {
      #expect(["notice-7", "1/2", "2/2"].contains(word.text) && word.top > mm(268), "\(word)")
    }
    #expect(print.words.contains { $0.sheet == 2 && $0.top < mm(30) })
    #expect(try !Print(letter()).text.contains("1/1"))
  }

  @Test func `what is longer than an envelope takes is refused at once`() throws {
    #expect(throws: LetterError.tooLong) {
      try letter(paragraphs: Array(repeating: "x", count: 100_000)).printed()
    }
    #expect(throws: LetterError.tooLong) {
      try letter(paragraphs: Array(repeating: "行", count: 300)).printed()
    }
    #expect(throws: LetterError.tooLong) {
      try letter(paragraphs: [String(repeating: "x", count: 1 << 20)]).printed()
    }
    #expect(throws: LetterError.recipientTooLong) {
      try letter(to: String(repeating: "番地\n", count: 40)).printed()
    }
    #expect(throws: LetterError.recipientTooLong) {
      try letter(to: String(repeating: "x", count: 1 << 20)).printed()
    }
    // Small letters come before that.
    let small = try Print(letter(to: (1...11).map { "Line \($0)" }.joined(separator: "\n")))
    #expect(try small.word("11").bottom < mm(95))
  }
}
