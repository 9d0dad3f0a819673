package import Wording

/// One entry of a mapping whose keys are names that the writer chose.
package struct Named<Value> {
  package var key: String
  package var value: Value

  package init(key: String, value: Value) {
    self.key = key
    self.value = value
  }
}

extension Named: Sendable where Value: Sendable {}
extension Named: Equatable where Value: Equatable {}
extension Named: Hashable where Value: Hashable {}

extension Format {
  /// A list, at most `limit` long; every item is read even if one is wrong.
  package static func list<Item>(
    of item: Format<Item>, atLeast minimum: Int = 0, atMost limit: Int = 1000
  ) -> Self where Value == [Item] {
    Format { field in
      guard let nodes = field.node.items else {
        return field.fail("expected a list ('- item' lines), found \(field.node.kindName)")
      }
      guard nodes.count >= minimum else { return field.fail("needs at least \(minimum) items") }
      guard nodes.count <= limit else {
        return field.fail("has \(nodes.count) items; at most \(limit) are accepted")
      }
      let values = nodes.indices.map { item.read(field.item($0, nodes[$0])) }
      return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
    }
  }

  /// One value or a list of them.
  package static func oneOrMore<Item>(
    of item: Format<Item>, atMost limit: Int = 1000
  ) -> Self where Value == [Item] {
    Format { field in
      field.node.items == nil
        ? item.read(field).map { [$0] }
        : list(of: item, atLeast: 1, atMost: limit).read(field)
    }
  }

  /// A mapping from names that the writer chose, in the order of the file.
  package static func map<Item>(
    of item: Format<Item>, atMost limit: Int = 1000
  ) -> Self where Value == [Named<Item>] {
    Format { field in
      guard case .mapping(let entries) = field.node.content else {
        return field.fail("expected a mapping of 'name: value' lines, found \(field.node.kindName)")
      }
      guard entries.count <= limit else {
        return field.fail("has \(entries.count) entries; at most \(limit) are accepted")
      }
      let values = entries.map { entry in
        item.read(field.child(entry.key, entry.value)).map { Named(key: entry.key, value: $0) }
      }
      return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
    }
  }
}

extension Format where Value == LocalizedText {
  /// `{ja: …, en: …}`, both required.
  package static var localizedText: Format<LocalizedText> {
    .mapping { text in
      let ja = text.required(Language.ja.rawValue, .string)
      let en = text.required(Language.en.rawValue, .string)
      guard let ja, let en else { return nil }
      return LocalizedText(ja: ja, en: en)
    }
  }
}
