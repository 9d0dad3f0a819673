package import Patterns

extension RecogParameter {
  /// The fields that the parameters make of a match.
  ///
  /// Of two parameters with one name the later counts. What captured nothing is left out. `{name}` is filled
  /// in once all are known, in their order; where there is no such field, `-` stands in a name that ends in
  /// `.cpe23` (NISTIR 7695, section 5.3.1: "not applicable"), and any other field is left out. Names that
  /// begin with `_tmp.` serve only to be filled in.
  package static func fields(
    _ parameters: [RecogParameter], of match: PatternMatch, in text: [UInt8]
  ) -> [String: String] {
    var fields: [String: String] = [:]
    for parameter in parameters {
      switch parameter.source {
      case .text(let value): fields[parameter.name] = value
      case .group(let number):
        guard let range = match[number], !range.isEmpty, range.count <= RecogLimits.value else { continue }
        fields[parameter.name] = String(decoding: text[range], as: UTF8.self)
      }
    }
    for parameter in parameters {
      // Only our own texts have names in braces: what a device sent is never filled in.
      guard case .text(let value) = parameter.source, value.utf8.contains(UInt8(ascii: "{")),
        fields[parameter.name] == value
      else { continue }
      fields[parameter.name] = filled(value, from: fields, isCPE: parameter.name.hasSuffix(".cpe23"))
    }
    return fields.filter { !$0.key.hasPrefix("_tmp.") }
  }

  /// The value with its names replaced; `nil` where one is missing or it grows too long.
  private static func filled(_ value: String, from fields: [String: String], isCPE: Bool) -> String? {
    var result = ""
    var rest = value[...]
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      result += rest[..<start]
      let name = String(rest[rest.index(after: start)..<end])
      guard let part = fields[name] ?? (isCPE ? "-" : nil) else { return nil }
      result += part
      guard result.utf8.count <= RecogLimits.value else { return nil }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}

extension RecogFingerprint {
  /// The fields of a text, or `nil` if it does not match.
  package func fields(of text: [UInt8]) -> [String: String]? {
    Pattern(outline).firstMatch(in: text).map { RecogParameter.fields(parameters, of: $0, in: text) }
  }
}
