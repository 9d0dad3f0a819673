/// Text that somebody else wrote: a gateway, a device behind it, a person.
enum ForeignText {
  /// The longest that is shown in one place, in Unicode scalars.
  static let limit = 160

  /// One line in which nothing reorders, hides or breaks what stands beside it; what could is written as `\u{…}`.
  static func line(_ text: String, limit: Int = limit) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return result + "…" }
      count += 1
      if isHarmful(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What a person wrote, as one line of bounded length that is kept.
  static func cleaned(_ text: String, limit: Int = limit) -> String {
    line(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), limit: limit)
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}

extension HTML {
  /// A stranger's text, isolated in its direction.
  static func foreign(_ text: String?, limit: Int = ForeignText.limit) -> HTML {
    guard let text, !text.isEmpty else { return "–" }
    return "<bdi>\(ForeignText.line(text, limit: limit))</bdi>"
  }
}
