/// A JSON text as a tree.
package indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// As it is written, without a value until somebody asks for one.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Why a text is no JSON, and where: line and column, empty for the whole.
package struct JSONFault: Error, Hashable, Sendable {
  package var place: String
  package var problem: String
}
