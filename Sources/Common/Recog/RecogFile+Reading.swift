import Markup
import Patterns

extension RecogFile {
  /// Reads a file with its examples; whatever is wrong is among its ``faults``.
  package init(name: String, _ bytes: [UInt8]) {
    var fingerprints: [RecogFingerprint] = []
    let reader = Self.read(name: name, bytes, keepsExamples: true) { fingerprints.append($1) }
    header =
      reader.header
      ?? RecogHeader(
        name: name, key: name, protocolName: nil, databaseType: nil,
        preference: RecogHeader.defaultPreference)
    self.fingerprints = fingerprints
    faults = reader.faults
  }

  /// Hands over one fingerprint after the other, so that a file need never be held as values.
  static func read(
    name: String, _ bytes: [UInt8], keepsExamples: Bool, _ body: (RecogHeader, RecogFingerprint) -> Void
  ) -> RecogReader {
    var reader = RecogReader(name: name, keepsExamples: keepsExamples)
    do throws(MarkupError) {
      try Markup.read(bytes, limits: MarkupLimits(size: RecogLimits.file, depth: 8)) { event in
        if let fingerprint = reader.take(event), let header = reader.header { body(header, fingerprint) }
      }
    } catch {
      reader.fail(.markup(error.reason), line: error.position.line)
    }
    return reader
  }
}

extension RecogFingerprint {
  init(_ element: MarkupElement) throws(RecogFault.Reason) {
    guard let pattern = element["pattern"] else { throw .noPattern }
    var options: PatternOptions = []
    for flag in (element["flags"] ?? "").split(whereSeparator: { $0 == "," || $0 == "|" }) {
      switch String(flag).trimmed {
      case "REG_ICASE": options.insert(.ignoringCase)
      // Ruby calls it multi-line where a dot matches a newline; its `^` and `$` match at lines anyway.
      case "REG_MULTILINE", "REG_DOT_NEWLINE": options.insert(.dotMatchesNewline)
      case let other: throw .unknownFlag(other)
      }
    }
    var certainty: Double?
    if let text = element["certainty"] {
      guard let value = Double(text.trimmed), (0...1).contains(value) else { throw .badCertainty(text) }
      certainty = value
    }
    do throws(PatternError) {
      outline = try PatternOutline(pattern, options: options)
    } catch {
      throw .pattern(error)
    }
    line = element.position.line
    self.pattern = pattern
    self.options = options
    self.certainty = certainty
  }
}

extension RecogParameter {
  init(_ element: MarkupElement) throws(RecogFault.Reason) {
    guard let name = element["name"], !name.isEmpty, let position = element["pos"].flatMap({ Int($0) }),
      position >= 0
    else { throw .badParameter }
    self.name = name
    if position > 0 {
      source = .group(position)
    } else {
      guard let value = element["value"] else { throw .badParameter }
      source = .text(value)
    }
  }
}

extension RecogExample {
  init?(_ element: MarkupElement, text: String) {
    line = element.position.line
    if let file = element["_filename"] {
      content = .file(file)
    } else if element["_encoding"] == "base64" {
      guard let bytes = Base64.decode(text.utf8) else { return nil }
      content = .bytes(bytes)
    } else {
      content = .bytes(Array(text.utf8))
    }
    fields = Dictionary(
      element.attributes.filter { !$0.name.hasPrefix("_") }.map { ($0.name, $0.value) },
      uniquingKeysWith: { first, _ in first })
  }
}

extension String {
  /// Without the white space at either end.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
