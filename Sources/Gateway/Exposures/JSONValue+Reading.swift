import JSONTree

/// Generous reading: what is not there, or of another kind, is `nil`.
extension JSONValue {
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var number: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  var items: [JSONValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  /// The name and the value of an object with one member, as nft writes a statement or an expression.
  var tagged: (tag: String, value: JSONValue)? {
    if case .object(let members) = self, members.count == 1, let first = members.first {
      (first.key, first.value)
    } else {
      nil
    }
  }
}
