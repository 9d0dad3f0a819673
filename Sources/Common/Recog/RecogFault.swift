package import Markup
package import Patterns

/// What is wrong with a file, and where; the rest of it is used all the same.
package struct RecogFault: Error, Hashable, Sendable {
  package enum Reason: Error, Hashable, Sendable {
    /// Nothing behind this place was read.
    case markup(MarkupError.Reason)
    case notFingerprints
    case badPreference(String)
    case noPattern
    case pattern(PatternError)
    case unknownFlag(String)
    case badCertainty(String)
    case badParameter
    /// The pattern has no such group.
    case noSuchGroup(Int)
    case tooManyParameters
    case badExample
    /// The limit on files, fingerprints or their text is reached: the rest is left out.
    case tooMuch
  }

  package let file: String
  package let line: Int
  package let reason: Reason
}

extension RecogFault: CustomStringConvertible {
  package var description: String { "\(file):\(line): \(reason)" }
}

extension RecogFault.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .markup(let reason):
      switch reason {
      case .malformed(let words): "\(words); the rest of the file is left out"
      case .documentType: "a document type is declared; the rest of the file is left out"
      case .tooLarge: "the file is larger than \(RecogLimits.file) bytes"
      case .tooDeep, .tooManyAttributes: "too many levels or attributes; the rest of the file is left out"
      case .noMemory: "out of memory"
      }
    case .notFingerprints: "the document is not a <fingerprints>"
    case .badPreference(let text): "preference \"\(text)\" is no number from 0 to 1"
    case .noPattern: "the fingerprint has no pattern"
    case .pattern(let error): "pattern: \(error)"
    case .unknownFlag(let flag): "unknown flag \(flag)"
    case .badCertainty(let text): "certainty \"\(text)\" is no number from 0 to 1"
    case .badParameter: "a <param> needs a name, a pos and, where pos is 0, a value"
    case .noSuchGroup(let number): "the pattern has no group \(number)"
    case .tooManyParameters: "more than \(RecogLimits.parameters) parameters"
    case .badExample: "the example is not base64"
    case .tooMuch: "the limit of fingerprints is reached; the rest is left out"
    }
  }
}

/// What fingerprints may cost.
package enum RecogLimits {
  /// The largest file, in bytes.
  package static let file = 4 << 20
  /// The most files.
  package static let files = 256
  /// The most fingerprints of all files.
  package static let fingerprints = 20_000
  /// The most bytes of patterns, names and values together.
  package static let pool = 16 << 20
  /// The most parameters of one fingerprint.
  package static let parameters = 64
  /// The most faults told of one file.
  package static let faults = 64
  /// How much of a text is looked at, in bytes; the longest of Recog's examples has 838.
  package static let text = 4096
  /// The longest value of a field, in bytes; a longer one is left out.
  package static let value = 1024
}
