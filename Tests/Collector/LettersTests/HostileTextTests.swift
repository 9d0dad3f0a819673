import Letters
import Testing

/// What a device may call itself.
@Suite(.timeLimit(.minutes(3))) struct HostileTextTests {
  private static let names = [
    "<b>cam</b> <span size=\"99999\">x</span> &amp; %n",
    "\u{202E}moc.elpmaxe\u{202C} \u{2066}\u{2067}x", "cam\0era\u{1B}[2J\u{7}\r\n\n\n\u{2028}\u{2029}\u{85}x",
    "Z" + String(repeating: "\u{0301}\u{0310}\u{0489}", count: 300), String(repeating: "長", count: 3000),
    String(repeating: "x", count: 3000), "📷👨‍👩‍👧‍👦🇯🇵\u{FE0F}", "\u{FFFC}\u{FEFF}\u{AD}\u{E000}\u{10FFFF}\u{FFFE}",
    "שלום 192.168.1.1 (x)", "مرحبا 12", "\u{FDFD}\u{12031}", "\u{3164}\u{115F}\u{180E}\u{200B}", "", " ",
  ]

  private static func about(_ name: String) -> Letter {
    letter(paragraphs: ["「\(name)」についてのお知らせです。", "電源を切ってください。"])
  }

  @Test(arguments: names)
  func `no name moves, hides or writes over what stands beside it`(name: String) throws {
    let (plain, print) = (try Print(Self.about("カメラ")), try Print(Self.about(name)))
    for words in ["門守ネット", "2026-12-31", "100-0001", "東京都", "花子", "notice-7"] {
      #expect(try print.word(words) == plain.word(words))
    }
    let text = print.text.filter { !$0.isWhitespace }
    #expect(text.contains("についてのお知らせです。") && text.contains("電源を切ってください。"), "\(print.text)")
    for word in print.words { #expect(word.left > mm(24) && word.right < mm(186.5), "\(word)") }
    // Nothing but what ends a line or a sheet is a control.
    for scalar in print.text.unicodeScalars where scalar.properties.generalCategory == .control {
      #expect(scalar == "\n" || scalar == "\u{C}")
    }
    #expect(print.letter.sheets <= 4)
    // As a subject, a sender, or where a recipient lives, it may be refused, and nothing worse.
    for other in [letter(subject: name), letter(to: name)] {
      do throws(LetterError) { _ = try other.printed() } catch {
        switch error {
        case .noFont, .recipientTooLong: break
        default: Issue.record("\(error)")
        }
      }
    }
  }

  @Test func `markup is printed as it is written`() throws {
    let text = try Print(Self.about(Self.names[0])).text.filter { !$0.isWhitespace }
    #expect(text.contains("「<b>cam</b><spansize=\"99999\">x</span>&amp;%n」"), "\(text)")
  }

  @Test func `numbers after a name from right to left stay where they are`() throws {
    let print = try Print(
      letter(.english, subject: "x", paragraphs: ["The device אבג 192.168.1.1 (camera) is open."]))
    let name = try #require(print.words.first { $0.text.unicodeScalars.contains("ב") })
    let words = try [print.word("device"), name] + ["192.168.1.1", "(camera)", "open."].map(print.word)
    #expect(zip(words, words.dropFirst()).allSatisfy { $0.right < $1.left }, "\(words)")
  }

  @Test func `a tower of marks stays within its line`() throws {
    // Three marks on three hundred, of which pdftotext tells each.
    let text = try Print(Self.about("Z" + String(repeating: "\u{0301}", count: 300))).text
    #expect(text.unicodeScalars.count { $0.properties.generalCategory == .nonspacingMark } <= 2)
  }

  @Test func `what no font has is replaced in a device's name, and missed where it is sent to`() throws {
    // Not to be found in a font that anybody has: Vithkuqi, of 2021.
    let strange: Unicode.Scalar = "\u{10570}"
    let print = try Print(Self.about("\(strange)\(strange) cam"))
    #expect(print.letter.replaced == [strange])
    #expect(print.text.contains("cam") && !print.text.unicodeScalars.contains(strange))
    #expect(throws: LetterError.noFont(strange)) { try letter(to: "\(strange)").printed() }
  }

  @Test func `a long word is broken without a hyphen`() throws {
    let print = try Print(letter(paragraphs: [String(repeating: "x", count: 200)]))
    // A hyphen would stand for no character of the text, and so make its line wider for each that it has.
    let widths = print.words.filter { $0.text.hasPrefix("xx") }.map {
      ($0.right - $0.left) / Double($0.text.count)
    }
    #expect(widths.count == 3 && widths.allSatisfy { abs($0 - widths[0]) < 0.02 }, "\(widths)")
  }

  @Test func `a Han character keeps the shape that a name is written with`() throws {
    // 葛 of Katsushika, and 葛 of Katsuragi, in the collection Adobe-Japan1.
    let shapes = try ["\u{E0100}", "\u{E0101}"].map { try letter(to: "葛\($0)木 様").printed().pdf }
    #expect(shapes[0] != shapes[1])
  }
}
