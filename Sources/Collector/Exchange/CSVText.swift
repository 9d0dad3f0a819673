/// Writes CSV (RFC 4180) that a spreadsheet takes for text.
package enum CSVText {
  /// One line, every field in quotes.
  package static func line(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",") + "\r\n"
  }

  /// A field that begins like a formula is given an apostrophe, which spreadsheets hide (OWASP, "CSV Injection");
  /// control characters become blanks, so that a field is never two lines.
  static func field(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      safe.unicodeScalars.append(isControl ? " " : scalar)
    }
    let start = safe.unicodeScalars.first { !$0.properties.isWhitespace }
    if let start, "=+-@＝＋－＠".unicodeScalars.contains(start) { safe = "'" + safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
