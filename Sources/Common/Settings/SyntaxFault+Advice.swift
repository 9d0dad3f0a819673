extension SyntaxFault {
  /// What is wrong in words that say what to do, from libyaml's terse ones.
  func advice(for bytes: [UInt8]) -> String {
    let start = contextLine.map { "that begins on line \($0 + 1)" } ?? "before this"
    switch problem {
    case "found character that cannot start any token":
      return byte(of: bytes) == 0x09
        ? "a tab cannot indent; use spaces"
        : "a text cannot begin with this character; put it in quotes"
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected",
      "found a tab character where an intendation space is expected":
      return "a tab cannot indent; use spaces"
    case "mapping values are not allowed in this context":
      return "unexpected ':'; quote a text that holds ': ', or correct the indentation"
    case Self.missingColon: return "expected 'key: value'; the ':' is missing after this key"
    case "did not find expected key":
      return "expected 'key: value' here; check the indentation of the mapping \(start)"
    case "did not find expected '-' indicator":
      return "expected '- ' here; check the indentation of the list \(start)"
    case "did not find expected ',' or ']'": return "the list \(start) is not closed with ']'"
    case "did not find expected ',' or '}'": return "the mapping \(start) is not closed with '}'"
    case "found unexpected end of stream": return "the file ends inside the quoted text \(start)"
    case "block sequence entries are not allowed in this context":
      return "a list cannot begin here; put '- ' on a line of its own, indented"
    case "did not find expected node content": return "a value is missing here"
    default: return "\(problem); check the YAML"
    }
  }

  private func byte(of bytes: [UInt8]) -> UInt8? {
    let lines = bytes.split(separator: 0x0a, maxSplits: line + 1, omittingEmptySubsequences: false)
    guard line < lines.count else { return nil }
    let text = String(decoding: lines[line], as: UTF8.self).unicodeScalars
    guard let place = text.index(text.startIndex, offsetBy: column, limitedBy: text.endIndex),
      place < text.endIndex
    else { return nil }
    return UInt8(exactly: text[place].value)
  }
}
