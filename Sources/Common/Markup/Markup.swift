import CExpat

/// Reads XML without believing it: no document type, no entities of its own, bounded in size, depth and attributes.
package enum Markup {
  package enum Event: Hashable, Sendable {
    case start(String, attributes: [String: String], line: Int)
    case text(String)
    case end(String)
  }

  /// The largest document, in bytes.
  package static let sizeLimit = 16 * 1_048_576
  package static let depthLimit = 64
  /// How many bytes are handed to the parser at a time.
  private static let pieceSize = 65_536

  /// Reads a document and hands over its events in order, until `take` wants no more.
  package static func read(_ bytes: [UInt8], _ take: (Event) -> Bool) throws(MarkupError) {
    guard bytes.count <= sizeLimit else { throw MarkupError(line: 1, column: 1, reason: .tooLarge) }
    guard let parser = XML_ParserCreate("UTF-8") else {
      throw MarkupError(line: 1, column: 1, reason: .noMemory)
    }
    defer { XML_ParserFree(parser) }
    try withoutActuallyEscaping(take) { take throws(MarkupError) in
      let reading = Reading(parser, take)
      XML_SetUserData(parser, Unmanaged.passUnretained(reading).toOpaque())
      XML_SetStartElementHandler(parser) { Reading.of($0).start($1, $2) }
      XML_SetEndElementHandler(parser) { Reading.of($0).end($1) }
      XML_SetCharacterDataHandler(parser) { Reading.of($0).text($1, $2) }
      XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in Reading.of(data).stop(.documentType) }
      defer { XML_SetUserData(parser, nil) }
      var rest = bytes[...]
      repeat {
        let piece = Array(rest.prefix(pieceSize))
        rest = rest.dropFirst(pieceSize)
        let status = piece.withUnsafeBytes { buffer in
          XML_Parse(
            parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(piece.count),
            rest.isEmpty ? 1 : 0)
        }
        if reading.hasEnough { return }
        guard status == XML_STATUS_OK else {
          throw MarkupError(
            line: Int(XML_GetCurrentLineNumber(parser)), column: Int(XML_GetCurrentColumnNumber(parser)) + 1,
            reason: reading.reason
              ?? .malformed(
                XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "malformed"))
        }
      } while !rest.isEmpty
    }
  }
}

/// The state that the callbacks share.
private final class Reading {
  private let parser: XML_Parser
  private let take: (Markup.Event) -> Bool
  private var depth = 0
  private(set) var reason: MarkupError.Reason?
  private(set) var hasEnough = false

  init(_ parser: XML_Parser, _ take: @escaping (Markup.Event) -> Bool) {
    self.parser = parser
    self.take = take
  }

  static func of(_ data: UnsafeMutableRawPointer?) -> Reading {
    guard let data else { preconditionFailure("the parser has its reading as long as it parses") }
    return Unmanaged<Reading>.fromOpaque(data).takeUnretainedValue()
  }

  func stop(_ reason: MarkupError.Reason?) {
    self.reason = self.reason ?? reason
    hasEnough = reason == nil
    XML_StopParser(parser, 0)
  }

  private func hand(_ event: Markup.Event) {
    guard reason == nil, !hasEnough else { return }
    if !take(event) { stop(nil) }
  }

  func start(_ name: UnsafePointer<CChar>?, _ pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
    depth += 1
    guard depth <= Markup.depthLimit else { return stop(.tooDeep) }
    var attributes: [String: String] = [:]
    var index = 0
    while let key = pairs?[index], let value = pairs?[index + 1] {
      attributes[String(cString: key)] = String(cString: value)
      index += 2
    }
    hand(
      .start(
        name.map { String(cString: $0) } ?? "", attributes: attributes,
        line: Int(XML_GetCurrentLineNumber(parser))))
  }

  func end(_ name: UnsafePointer<CChar>?) {
    depth -= 1
    hand(.end(name.map { String(cString: $0) } ?? ""))
  }

  func text(_ start: UnsafePointer<CChar>?, _ count: CInt) {
    guard let start else { return }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(count))
    hand(.text(String(decoding: bytes, as: UTF8.self)))
  }
}

/// Why a document is not read to its end.
package struct MarkupError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case tooLarge, tooDeep, noMemory
    /// A document type declaration, which could define entities that grow without end or name files.
    case documentType
    case malformed(String)
  }

  package let line: Int
  package let column: Int
  package let reason: Reason

  package var description: String {
    let words =
      switch reason {
      case .tooLarge: "the document is larger than \(Markup.sizeLimit) bytes"
      case .tooDeep: "elements are nested more than \(Markup.depthLimit) deep"
      case .noMemory: "there is no memory left"
      case .documentType: "a document type is declared, which is not read; remove it"
      case .malformed(let words): words
      }
    return "line \(line), column \(column): \(words)"
  }
}
