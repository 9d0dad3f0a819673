/// One value of a document while it is read: where it is, and where mistakes are noted.
package struct Field {
  package let node: Node
  /// The way to the value: `needs[2].port`; empty for the document.
  package let path: String
  let log: DiagnosticLog

  /// Notes a mistake in this value; always `nil`, so that a format can return it.
  @discardableResult
  package func fail<Value>(_ message: String, as type: Value.Type = Value.self) -> Value? {
    log.add(Diagnostic(mark: node.mark, field: path, message: message))
    return nil
  }

  /// Notes something that is allowed but most likely not meant.
  package func warn(_ message: String) {
    log.add(Diagnostic(severity: .warning, mark: node.mark, field: path, message: message))
  }

  /// The text of a scalar; notes a mistake where something else was written.
  ///
  /// `expected` says with an example what belongs here: `a port such as tcp/23`.
  package func text(expected: String) -> String? {
    if node.isNull { return fail("has no value; write \(expected), or remove the line") }
    guard let text = node.text else { return fail("expected \(expected), found \(node.kindName)") }
    return text
  }

  func child(_ key: String, _ node: Node) -> Field {
    Field(node: node, path: path.isEmpty ? key : "\(path).\(key)", log: log)
  }

  func item(_ index: Int, _ node: Node) -> Field {
    Field(node: node, path: "\(path)[\(index)]", log: log)
  }
}
