/// Why a document was not read to its end.
package struct MarkupError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// It is not well-formed; the words are expat's.
    case malformed(String)
    /// It declares a document type, which is where entities come from.
    case documentType
    /// It is longer than ``MarkupLimits/size``.
    case tooLarge
    /// Its elements nest deeper than ``MarkupLimits/depth``.
    case tooDeep
    /// An element has more attributes than ``MarkupLimits/attributes``.
    case tooManyAttributes
    /// There was no memory for a parser.
    case noMemory
  }

  package let reason: Reason
  package let position: MarkupPosition
}

/// A place in a document, line and column counted from 1, columns in bytes.
package struct MarkupPosition: Hashable, Sendable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension MarkupError: CustomStringConvertible {
  package var description: String {
    let what =
      switch reason {
      case .malformed(let words): words
      case .documentType: "a document type is declared, which is not accepted"
      case .tooLarge: "the document is too large"
      case .tooDeep: "the elements nest too deep"
      case .tooManyAttributes: "the element has too many attributes"
      case .noMemory: "out of memory"
      }
    return "\(position.line):\(position.column): \(what)"
  }
}

/// What a document may cost.
package struct MarkupLimits: Hashable, Sendable {
  /// The longest document, in bytes.
  package var size = 4 << 20
  /// The deepest nesting of elements.
  package var depth = 32
  /// The most attributes of one element.
  package var attributes = 64

  package init(size: Int = 4 << 20, depth: Int = 32, attributes: Int = 64) {
    self.size = size
    self.depth = depth
    self.attributes = attributes
  }
}
