import Patterns

/// Fingerprints of many kinds of text.
package struct RecogBase: Sendable {
  private var files: [String: [RecogFile]] = [:]

  package init(_ files: [RecogFile]) {
    // Files of one kind in the order of preference, then of name.
    for file in files.sorted(by: { ($1.preference, $0.name) < ($0.preference, $1.name) }) {
      self.files[file.key, default: []].append(file)
    }
  }

  package var isEmpty: Bool { files.isEmpty }
  package var count: Int { files.values.joined().reduce(0) { $0 + $1.fingerprints.count } }

  /// The first fingerprint that matches a text of a kind, with the fields it gives.
  package func match(_ text: String, as key: String) -> RecogMatch? {
    guard let files = files[key] else { return nil }
    let prepared = PatternText(text)
    for file in files {
      for fingerprint in file.fingerprints {
        guard var fields = fingerprint.match(prepared) else { continue }
        if let name = file.protocol, fields["service.protocol"] == nil { fields["service.protocol"] = name }
        return RecogMatch(
          description: fingerprint.description, fields: fields, file: file.name, line: fingerprint.line)
      }
    }
    return nil
  }
}

/// What a fingerprint tells of a text.
package struct RecogMatch: Hashable, Sendable {
  package let description: String
  package let fields: [String: String]
  package let file: String
  package let line: Int
}
