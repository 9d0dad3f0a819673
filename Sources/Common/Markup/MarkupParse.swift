import CExpat

/// One run of expat: the callbacks find it again through the user data.
final class MarkupParse {
  private let parser: XML_Parser
  private let limits: MarkupLimits
  private let body: (MarkupEvent) -> Void
  private var depth = 0
  private var text = ""
  private var error: MarkupError?

  init?(_ limits: MarkupLimits, _ body: @escaping (MarkupEvent) -> Void) {
    guard let parser = XML_ParserCreate(nil) else { return nil }
    self.parser = parser
    self.limits = limits
    self.body = body
  }

  deinit { XML_ParserFree(parser) }

  /// The first error, if there is one.
  func run(_ document: [UInt8]) -> MarkupError? {
    // The parser lives no longer than this object, which therefore need not be retained.
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, attributes in MarkupParse.of(data)?.start(name, attributes) },
      { data, name in MarkupParse.of(data)?.end(name) })
    XML_SetCharacterDataHandler(parser) { data, bytes, count in MarkupParse.of(data)?.add(bytes, count) }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in MarkupParse.of(data)?.stop(.documentType) }
    let status = document.withUnsafeBytes { bytes in
      XML_Parse(parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), 1)
    }
    if let error { return error }
    guard status == XML_STATUS_ERROR else { return nil }
    let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
    return MarkupError(reason: .malformed(words ?? "malformed"), position: position)
  }

  private static func of(_ data: UnsafeMutableRawPointer?) -> MarkupParse? {
    data.map { Unmanaged<MarkupParse>.fromOpaque($0).takeUnretainedValue() }
  }

  private var position: MarkupPosition {
    MarkupPosition(
      line: Int(clamping: XML_GetCurrentLineNumber(parser)),
      column: Int(clamping: XML_GetCurrentColumnNumber(parser)) + 1)
  }

  private func start(
    _ name: UnsafePointer<CChar>?, _ pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?
  ) {
    // After it was told to stop, expat may still call for what it has begun.
    guard error == nil, let name else { return }
    flush()
    depth += 1
    guard depth <= limits.depth else { return stop(.tooDeep) }
    var attributes: [MarkupAttribute] = []
    var next = pairs
    while let name = next?[0], let value = next?[1] {
      guard attributes.count < limits.attributes else { return stop(.tooManyAttributes) }
      attributes.append(MarkupAttribute(name: String(cString: name), value: String(cString: value)))
      next = next?.advanced(by: 2)
    }
    body(.start(MarkupElement(name: String(cString: name), attributes: attributes, position: position)))
  }

  private func end(_ name: UnsafePointer<CChar>?) {
    guard error == nil, let name else { return }
    flush()
    depth -= 1
    body(.end(String(cString: name)))
  }

  private func add(_ bytes: UnsafePointer<CChar>?, _ count: Int32) {
    guard error == nil, let bytes else { return }
    let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    text += String(decoding: buffer, as: UTF8.self)
  }

  private func flush() {
    guard !text.isEmpty else { return }
    body(.text(text))
    text = ""
  }

  private func stop(_ reason: MarkupError.Reason) {
    guard error == nil else { return }
    error = MarkupError(reason: reason, position: position)
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }
}
