/// Columns of text, each as wide as its widest cell.
struct Table {
  private var rows: [[String]]

  init(_ headings: [String]) {
    rows = [headings]
  }

  /// Adds a row; cells are made safe to print, and cut where they are longer than `limit`.
  mutating func add(_ cells: [String], limit: Int = 60) {
    rows.append(cells.map { TerminalText.line($0, limit: limit) })
  }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      let line = cells.joined(separator: "  ")
      return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }.joined(separator: "\n")
  }
}
