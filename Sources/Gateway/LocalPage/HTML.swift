/// Text as part of a page: whatever a device calls itself, it stays text.
package enum HTML {
  /// Escapes what has a meaning in HTML and SVG, between tags and in quoted attributes, and leaves out what steers:
  /// control characters, and marks that turn the direction of writing.
  package static func text(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result += "&amp;"
      case 0x3c: result += "&lt;"
      case 0x3e: result += "&gt;"
      case 0x22: result += "&quot;"
      case 0x27: result += "&#39;"
      case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069, 0xfffe, 0xffff:
        result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An element with escaped text, of a direction of its own.
  package static func apart(_ text: String) -> String { "<bdi>\(self.text(text))</bdi>" }
}
