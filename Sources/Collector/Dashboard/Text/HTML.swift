/// A piece of a page, in which what is put into it is escaped, and only what stands in our own source is not.
///
/// ```swift
/// let cell: HTML = "<td>\(name)</td>"
/// ```
package struct HTML: Sendable, Hashable {
  package private(set) var text: String

  private init(unescaped text: String) {
    self.text = text
  }

  package static let none = HTML(unescaped: "")

  /// A picture or text of ours that is known to be right.
  static func trusted(_ text: String) -> HTML { HTML(unescaped: text) }

  package static func + (left: HTML, right: HTML) -> HTML { HTML(unescaped: left.text + right.text) }
  package static func += (left: inout HTML, right: HTML) { left.text += right.text }

  /// A stranger's text as it may stand between tags and in quoted attributes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension HTML: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) {
    self.init(unescaped: text)
  }

  package init(stringInterpolation: StringInterpolation) {
    self.init(unescaped: stringInterpolation.text)
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity * 2)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ html: HTML) { text += html.text }
    package mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }
    package mutating func appendInterpolation(_ string: String) { text += HTML.escaped(string) }
    package mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
  }
}
