package import Patterns

/// A file of fingerprints in the format of Recog, whose schema is its `fingerprints.xsd`.
package struct RecogFile: Sendable {
  package var header: RecogHeader
  package var fingerprints: [RecogFingerprint] = []
  /// What is wrong with it; the fingerprints concerned are left out.
  package var faults: [RecogFault] = []
}

/// What a file says of all its fingerprints.
package struct RecogHeader: Hashable, Sendable {
  /// The file's own name.
  package let name: String
  /// What kind of text its patterns are for, as `ssh.banner`; the file's name without its extension by default.
  package let key: String
  package let protocolName: String?
  /// `service` or `util.os`.
  package let databaseType: String?
  /// Which of several files with the same key is tried first, 0 to 1; the higher the earlier.
  package let preference: Double

  /// What a file has that states no preference.
  package static let defaultPreference = 0.10
}

/// A pattern and what a text is that matches it.
package struct RecogFingerprint: Sendable {
  /// Where in the file it begins.
  package let line: Int
  package let pattern: String
  package let options: PatternOptions
  package let outline: PatternOutline
  package var description = ""
  /// How sure a match is, 0 to 1, where the fingerprint says so.
  package let certainty: Double?
  package var parameters: [RecogParameter] = []
  package var examples: [RecogExample] = []
}

/// A field of the answer.
package struct RecogParameter: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    /// A text, in which `{name}` stands for the value of another field.
    case text(String)
    /// What a group of the pattern captured, counted from 1.
    case group(Int)
  }

  package let name: String
  package let source: Source
}

/// A text that the fingerprint must match.
package struct RecogExample: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case bytes([UInt8])
    /// The name of a file in the folder that is named like the fingerprint file without its extension.
    case file(String)
  }

  package let line: Int
  package let content: Content
  /// The fields that the answer must have, among others.
  package let fields: [String: String]
}

/// What a text was recognised as.
package struct RecogMatch: Hashable, Sendable {
  /// The values, by names as `service.version`.
  package let fields: [String: String]
  /// What the fingerprint says it recognises.
  package let description: String
  package let protocolName: String?
  package let certainty: Double?
  /// Where the fingerprint stands.
  package let file: String
  package let line: Int
}
