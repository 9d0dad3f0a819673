/// Reads the fields of one mapping by key, and knows which keys nobody asked for.
///
/// Ask for every field before returning: a field that was not asked for counts as unknown.
package final class MappingReader {
  package let field: Field
  private let entries: [String: Node.Entry]
  private var known: [String] = []
  private var isFinished = false

  init?(_ field: Field) {
    guard case .mapping(let entries) = field.node.content else {
      field.fail("expected a mapping of 'key: value' lines, found \(field.node.kindName)", as: Node.self)
      return nil
    }
    self.field = field
    self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
  }

  /// Reads a field that must be there; `nil` after noting what is wrong.
  package func required<Value>(_ key: String, _ format: Format<Value>) -> Value? {
    known.append(key)
    guard let entry = entries[key] else {
      field.fail("'\(key)' is missing; add '\(key): …'", as: Value.self)
      return nil
    }
    return format.read(field.child(key, entry.value))
  }

  /// Reads a field that may be absent; `nil` where it is absent or wrong.
  package func optional<Value>(_ key: String, _ format: Format<Value>) -> Value? {
    known.append(key)
    guard let entry = entries[key] else { return nil }
    return format.read(field.child(key, entry.value))
  }

  /// Reads a field that has a default.
  package func optional<Value>(
    _ key: String, _ format: Format<Value>, default value: @autoclosure () -> Value
  ) -> Value {
    optional(key, format) ?? value()
  }

  package func contains(_ key: String) -> Bool { entries[key] != nil }

  /// The value's own node, for a mistake that is found by looking at several fields together.
  package func field(_ key: String) -> Field {
    entries[key].map { field.child(key, $0.value) } ?? field
  }

  /// Reports every key that nobody asked for; ``Format/mapping(_:)`` calls it.
  package func finish() {
    guard !isFinished, case .mapping(let all) = field.node.content else { return }
    isFinished = true
    for entry in all where !known.contains(entry.key) {
      let hint = Suggestion(for: entry.key, among: known).sentence
      let place = field.child(entry.key, Node(entry.value.content, mark: entry.keyMark))
      place.fail("not known here; \(hint)", as: Node.self)
    }
  }
}

extension Format {
  /// A mapping whose keys are all asked for by `body`; other keys are errors.
  package static func mapping(_ body: @escaping @Sendable (MappingReader) -> Value?) -> Self {
    Format { field in
      guard let reader = MappingReader(field) else { return nil }
      let value = body(reader)
      reader.finish()
      return value
    }
  }
}
