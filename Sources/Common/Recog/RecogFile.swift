import Markup
import Patterns

/// One XML file of fingerprints for one kind of text.
package struct RecogFile: Sendable {
  /// Something in a file that is left out.
  package struct Fault: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let reason: String

    package var description: String { "\(file), line \(line): \(reason)" }
  }

  /// More fingerprints than this in one file are left out.
  package static let fingerprintLimit = 10_000
  private static let parameterLimit = 64

  package let name: String
  /// What kind of text it is for, as `ssh.banner`.
  package private(set) var key = ""
  package private(set) var `protocol`: String?
  /// Where several files are for one kind, the greater goes first.
  package private(set) var preference = 0.0
  package private(set) var fingerprints: [RecogFingerprint] = []
  package private(set) var faults: [Fault] = []

  /// Reads a file; what is wrong in it becomes a fault, and the rest is used.
  ///
  /// Examples are for checking a file, and otherwise not kept.
  package init(_ bytes: [UInt8], name: String, keepingExamples: Bool = false) {
    self.name = name
    var fingerprint: RecogFingerprint?
    var note = ""
    var example: (attributes: [String: String], line: Int)?
    var text = ""
    // Thousands of fields share few names and values.
    var pool: [String: String] = [:]
    var start: (attributes: [String: String], line: Int)?
    do throws(MarkupError) {
      try Markup.read(bytes) { event in
        switch event {
        case .start("fingerprints", let attributes, _):
          key = attributes["matches"] ?? Self.stem(name)
          `protocol` = attributes["protocol"]
          preference = attributes["preference"].flatMap { Double($0) } ?? 0
        case .start("fingerprint", let attributes, let line):
          start = (attributes, line)
          note = ""
          fingerprint = begin(attributes, line)
        case .start("description", _, _): text = ""
        case .start("example", let attributes, let line):
          example = (attributes, line)
          text = ""
        case .start("param", let attributes, let line):
          if fingerprint != nil { add(attributes, line, to: &fingerprint, sharing: &pool) }
        case .text(let piece): if text.utf8.count < 65_536 { text += piece }
        case .end("description"): note = text
        case .end("example"):
          if keepingExamples, let example {
            fingerprint?.examples.append(Self.example(text, example.attributes, example.line))
          }
        case .end("fingerprint"):
          if let done = fingerprint, let start {
            var described = RecogFingerprint(
              description: note, line: start.line, pattern: done.pattern, parameters: done.parameters)
            described.examples = done.examples
            fingerprints.append(described)
          }
          fingerprint = nil
        default: break
        }
        return fingerprints.count < Self.fingerprintLimit
      }
    } catch {
      faults.append(Fault(file: name, line: error.line, reason: error.description))
    }
  }

  private mutating func begin(_ attributes: [String: String], _ line: Int) -> RecogFingerprint? {
    guard let source = attributes["pattern"] else {
      faults.append(Fault(file: name, line: line, reason: "a fingerprint without a pattern"))
      return nil
    }
    var options: Pattern.Options = []
    for flag in (attributes["flags"] ?? "").split(separator: ",") {
      switch flag {
      case "REG_ICASE", "IGNORECASE": options.insert(.ignoresCase)
      case "REG_DOT_NEWLINE", "REG_MULTILINE", "REG_LINE_ANY_CRLF": options.insert(.dotMatchesNewline)
      default: faults.append(Fault(file: name, line: line, reason: "the flag \(flag) is not known"))
      }
    }
    do throws(PatternError) {
      return RecogFingerprint(description: "", line: line, pattern: try Pattern(source, options: options))
    } catch {
      faults.append(Fault(file: name, line: line, reason: error.description))
      return nil
    }
  }

  private mutating func add(
    _ attributes: [String: String], _ line: Int, to fingerprint: inout RecogFingerprint?,
    sharing pool: inout [String: String]
  ) {
    guard let field = attributes["name"], let group = attributes["pos"].flatMap({ Int($0) }), group >= 0,
      group <= fingerprint?.pattern.groups ?? 0, fingerprint?.parameters.count ?? 0 < Self.parameterLimit
    else {
      faults.append(
        Fault(
          file: name, line: line,
          reason: "a param needs a name and a pos that is a group of the pattern, or 0"))
      return
    }
    func shared(_ text: String) -> String {
      if let known = pool[text] { return known }
      pool[text] = text
      return text
    }
    fingerprint?.parameters.append(
      .init(name: shared(field), group: group, value: shared(attributes["value"] ?? "")))
  }

  private static func example(_ text: String, _ attributes: [String: String], _ line: Int)
    -> RecogFingerprint.Example
  {
    let bytes = attributes["_encoding"] == "base64" ? base64(text) : Array(text.utf8)
    return .init(bytes: bytes, fields: attributes.filter { !$0.key.hasPrefix("_") }, line: line)
  }

  private static func stem(_ name: String) -> String {
    let file = name.split(separator: "/").last ?? ""
    return file.hasSuffix(".xml") ? String(file.dropLast(4)) : String(file)
  }

  /// Decodes base 64, white space ignored (RFC 2045, section 6.8).
  private static func base64(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 {
      guard let value = alphabet.firstIndex(of: byte) else { continue }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}
