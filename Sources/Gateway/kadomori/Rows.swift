/// A title, and rows of a label and a text that is wrapped beside it.
enum Rows {
  static func render(_ title: String, _ rows: [(String, String)], _ terminal: Terminal) -> String {
    var lines = [terminal.styled(title, .bold)]
    var last = ""
    for (name, value) in rows {
      let wrapped = TextWidth.wrap(value, to: max(20, terminal.columns - 14))
      for (index, line) in wrapped.enumerated() {
        let label = index == 0 && name != last ? name : ""
        lines.append("\(TextWidth.fit(label, to: 12))  \(line)")
      }
      last = name
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
