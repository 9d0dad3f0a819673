/// How one value of a document is read: a node in, a value or diagnostics out.
///
/// ```swift
/// struct Beacon { var every: Duration; var to: [Port] }
///
/// let format = Format<Beacon>.mapping { beacon in
///   let every = beacon.required("every", .duration(in: .seconds(1) ... .seconds(86_400)))
///   let to = beacon.optional("to", .list(of: .port), default: [])
///   guard let every else { return nil }     // after every field was asked for
///   return Beacon(every: every, to: to)
/// }
/// let beacon = try Node(contentsOf: "/etc/kadomori/beacon.yaml").read(format)
/// // beacon.yaml:1:1: field 'evry': not known here; did you mean 'every'?
/// ```
package struct Format<Value>: Sendable {
  package let read: @Sendable (Field) -> Value?

  /// Creates a format from a function that notes a mistake with ``Field/fail(_:as:)`` when it returns `nil`.
  package init(_ read: @escaping @Sendable (Field) -> Value?) {
    self.read = read
  }

  /// The format of another value, made from this one's.
  package func map<Other>(_ transform: @escaping @Sendable (Value, Field) -> Other?) -> Format<Other> {
    Format<Other> { field in read(field).flatMap { transform($0, field) } }
  }

  /// The format with one more rule; `problem` returns what is wrong, or `nil`.
  package func checked(_ problem: @escaping @Sendable (Value) -> String?) -> Format<Value> {
    map { value, field in
      if let message = problem(value) { return field.fail(message) }
      return value
    }
  }
}

/// What reading a document gave.
package struct DocumentReading<Value> {
  /// `nil` where an error made it impossible; may be there beside errors.
  package var value: Value?
  /// In the order of the file.
  package var diagnostics: [Diagnostic]

  package init(value: Value?, diagnostics: [Diagnostic]) {
    self.value = value
    self.diagnostics = diagnostics
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension Node {
  /// Reads the document and returns all that is wrong with it beside the value.
  package func check<Value>(_ format: Format<Value>) -> DocumentReading<Value> {
    let log = DiagnosticLog()
    let field = Field(node: self, path: "", log: log)
    let value = format.read(field)
    if value == nil, !log.hasErrors { field.fail("is not valid", as: Value.self) }
    return DocumentReading(value: value, diagnostics: log.diagnostics.sorted())
  }

  /// Reads the document; throws every error in it, and passes over warnings.
  package func read<Value>(_ format: Format<Value>) throws(SettingsError) -> Value {
    let reading = check(format)
    guard let value = reading.value, !reading.hasErrors else { throw SettingsError(reading.diagnostics) }
    return value
  }
}
