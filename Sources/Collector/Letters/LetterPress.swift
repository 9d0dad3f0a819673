/// Puts what a letter says in its places.
struct LetterPress {
  private let words: Letter.Words
  private let setter: Typesetter
  private let recipient: [TextBlock]
  /// The heading and the paragraphs.
  private let text: [TextBlock]
  private let pagination: Pagination

  init(_ words: Letter.Words, _ setter: Typesetter) throws(LetterError) {
    self.words = words
    self.setter = setter
    recipient = try Self.recipient(words.recipient, setter)
    let width = Sheet.right - Sheet.left
    text =
      [setter.block(words.subject, .heading, width: width)]
      + words.paragraphs.map { setter.block($0, .text, width: width) }
    // 8 mm below the heading, and 4 mm below a paragraph.
    pagination = Pagination(
      text.enumerated().map { number, block in
        Pagination.Block(lines: block.lines, pitch: block.style.pitch, gap: number == 0 ? 22.7 : 11.3)
      }, first: Sheet.first, others: Sheet.others)
    guard pagination.sheets.count <= Sheet.most else { throw .tooLong }
  }

  /// The largest letters with which the recipient fits into the window.
  private static func recipient(_ lines: [String], _ setter: Typesetter) throws(LetterError) -> [TextBlock] {
    for style in TextStyle.recipient {
      let blocks = lines.map { setter.block($0, style, width: Sheet.windowWidth) }
      let height = blocks.reduce(0) { $0 + Double($1.lines) * style.pitch }
      if height <= Sheet.window.upperBound - Sheet.window.lowerBound { return blocks }
    }
    throw .recipientTooLong
  }

  func print(replaced: [Unicode.Scalar]) throws(LetterError) -> PrintedLetter {
    let pdf = PDFPages(title: words.subject, day: words.day)
    for (number, places) in pagination.sheets.enumerated() {
      if number == 0 { drawHead(pdf) }
      let area = number == 0 ? Sheet.first : Sheet.others
      pdf.within(x: Sheet.column, y: area) { context in
        for place in places {
          let block = text[place.block]
          block.draw(
            place.line, on: context, from: Sheet.left, baseline: place.top + block.style.baseline)
        }
      }
      drawFoot(pdf, sheet: number + 1)
      pdf.endSheet()
    }
    return PrintedLetter(pdf: try pdf.finish(), sheets: pagination.sheets.count, replaced: replaced)
  }

  private func drawHead(_ pdf: borrowing PDFPages) {
    let sender = setter.block(words.sender, .head, width: Sheet.right - Sheet.left, lines: 2)
    let day = setter.block(words.day, .head, width: Sheet.right - Sheet.left, lines: 1)
    pdf.within(x: Sheet.column, y: Sheet.head) { context in
      var top = Sheet.head.lowerBound
      for block in [sender, day] {
        for line in 0..<block.lines {
          block.draw(line, on: context, upTo: Sheet.right, baseline: top + block.style.baseline)
          top += block.style.pitch
        }
      }
    }
    pdf.within(x: Sheet.windowColumn, y: Sheet.window) { context in
      var top = Sheet.window.lowerBound
      for block in recipient {
        for line in 0..<block.lines {
          block.draw(line, on: context, from: Sheet.left, baseline: top + block.style.baseline)
          top += block.style.pitch
        }
      }
    }
  }

  private func drawFoot(_ pdf: borrowing PDFPages, sheet: Int) {
    let width = Sheet.right - Sheet.left
    let baseline = Sheet.foot.lowerBound + TextStyle.foot.baseline
    let sheets = pagination.sheets.count
    pdf.within(x: Sheet.column, y: Sheet.foot) { context in
      // The number keeps its place, however long the name is.
      setter.block(words.name, .foot, width: width * 0.8, lines: 1)
        .draw(0, on: context, from: Sheet.left, baseline: baseline)
      if sheets > 1 {
        setter.block("\(sheet)/\(sheets)", .foot, width: width, lines: 1)
          .draw(0, on: context, upTo: Sheet.right, baseline: baseline)
      }
    }
  }
}
