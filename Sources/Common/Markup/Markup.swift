/// What a document is made of, in the order in which it stands there.
package enum MarkupEvent: Hashable, Sendable {
  case start(MarkupElement)
  /// All text between two tags, with its references resolved; never empty.
  case text(String)
  case end(String)
}

/// The start of an element.
package struct MarkupElement: Hashable, Sendable {
  /// As written, with its prefix.
  package let name: String
  /// In the order in which they stand, no name twice.
  package let attributes: [MarkupAttribute]
  /// Where the tag begins.
  package let position: MarkupPosition

  /// The value of the attribute of this name.
  package subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
}

package struct MarkupAttribute: Hashable, Sendable {
  package let name: String
  package let value: String
}

/// Reads XML 1.0 that somebody else wrote.
package enum Markup {
  /// Calls `body` with each part of the document, up to the first error.
  ///
  /// The parts before an error have been handed over by then. Comments and processing instructions are left
  /// out; white space is not.
  package static func read(
    _ document: [UInt8], limits: MarkupLimits = MarkupLimits(), _ body: (MarkupEvent) -> Void
  ) throws(MarkupError) {
    let start = MarkupPosition(line: 1, column: 1)
    guard document.count <= min(limits.size, Int(Int32.max)) else {
      throw MarkupError(reason: .tooLarge, position: start)
    }
    let error = withoutActuallyEscaping(body) { body in
      guard let parse = MarkupParse(limits, body) else {
        return MarkupError(reason: .noMemory, position: start) as MarkupError?
      }
      return parse.run(document)
    }
    if let error { throw error }
  }
}
