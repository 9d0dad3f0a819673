import FoundationEssentials

/// Documents as they are stored and printed.
package enum JSON {
  package static func encode(_ value: some Encodable, pretty: Bool = false) throws(AgentError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(value)) } catch {
      throw AgentError(.failed, "a document cannot be written as JSON: \(error)")
    }
  }

  package static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }
}
