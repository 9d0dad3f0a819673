import Letters

extension FuzzTarget {
  /// A letter in which a stranger's words stand everywhere: it is printed or refused, and no larger than its fonts make it.
  static func letter(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let letter = Letter(
      in: bytes.count % 2 == 0 ? .japanese : .english, from: text, on: "2026-12-31",
      to: String(text.prefix(60)), subject: text, paragraphs: text.split(separator: "\n").map(String.init),
      name: text)
    do throws(LetterError) {
      let printed = try letter.printed()
      precondition((1...4).contains(printed.sheets), "too many sheets")
    } catch {
      if case .notDrawn(let words) = error { preconditionFailure("not drawn: \(words)") }
    }
  }
}
