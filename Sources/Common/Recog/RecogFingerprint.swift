package import Patterns

/// One pattern with what it tells, in the format of the Recog project's XML files.
package struct RecogFingerprint: Sendable {
  /// A field that a match gives: a constant, or what a group captured.
  struct Parameter: Hashable, Sendable {
    var name: String
    /// 0 for the constant.
    var group: Int
    var value: String
  }

  /// A text that the fingerprint must match, with fields that it must give.
  package struct Example: Sendable {
    package var bytes: [UInt8]
    package var fields: [String: String]
    package var line: Int
  }

  package let description: String
  /// Where it stands in its file.
  package let line: Int
  let pattern: Pattern
  var parameters: [Parameter] = []
  package var examples: [Example] = []

  /// The fields of a match; `nil` where it does not match.
  ///
  /// A constant may name other fields in braces. In a CPE, the version of something whose version is not known
  /// is a dash (NIST IR 7695, section 5.3.1.1: "not applicable"); any other field that names what is not known is
  /// left out. Fields that begin with `_tmp.` serve other fields alone.
  package func match(_ text: PatternText) -> [String: String]? {
    guard let match = pattern.firstMatch(in: text) else { return nil }
    var fields: [String: String] = [:]
    for parameter in parameters where parameter.group > 0 && parameter.group < match.ranges.count {
      fields[parameter.name] = match.ranges[parameter.group].map { text[$0] }
    }
    let constants = parameters.filter { $0.group == 0 }
    for parameter in constants where !parameter.value.contains("{") {
      fields[parameter.name] = parameter.value
    }
    for parameter in constants where parameter.value.contains("{") {
      fields[parameter.name] = Self.filled(parameter, from: fields)
    }
    return fields.filter { !$0.key.hasPrefix("_tmp.") }
  }

  private static func filled(_ parameter: Parameter, from fields: [String: String]) -> String? {
    var text = ""
    var rest = Substring(parameter.value)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      text += rest[..<open]
      if let value = fields[name] {
        text += value
      } else if parameter.name.hasSuffix(".cpe23"), name.hasSuffix(".version") {
        text += "-"
      } else {
        return nil
      }
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }
}
