/// One value of a YAML file, with the place where it was written.
package struct Node: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case scalar(String, ScalarStyle)
    case sequence([Node])
    /// Entries in the order of the file; no key occurs twice.
    case mapping([Entry])
  }

  /// One `key: value` of a mapping.
  package struct Entry: Hashable, Sendable {
    package var key: String
    package var keyMark: Mark
    package var value: Node

    package init(key: String, keyMark: Mark, value: Node) {
      self.key = key
      self.keyMark = keyMark
      self.value = value
    }
  }

  package var content: Content
  package var mark: Mark

  package init(_ content: Content, mark: Mark) {
    self.content = content
    self.mark = mark
  }
}

/// How a scalar was written.
package enum ScalarStyle: Hashable, Sendable {
  case plain
  case quoted
  /// A `|` or `>` block.
  case block
}

extension Node {
  package subscript(key: String) -> Node? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  package var items: [Node]? {
    guard case .sequence(let items) = content else { return nil }
    return items
  }

  package var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  /// A Boolean value indicating whether nothing was written: `key:`, `~` or `null`.
  package var isNull: Bool {
    guard case .scalar(let text, .plain) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }

  /// What the value is, for a sentence such as "expected a list, found a text".
  var kindName: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
