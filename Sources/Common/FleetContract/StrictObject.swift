import Addresses

/// An object in which every name has to be known: who signed a name that we do not know meant something by it.
struct StrictObject {
  private let container: KeyedDecodingContainer<AnyName>

  init(_ decoder: any Decoder, names: Set<String>) throws {
    container = try decoder.container(keyedBy: AnyName.self)
    if let stranger = container.allKeys.first(where: { !names.contains($0.stringValue) }) {
      throw Rejection.field("'\(Rejection.excerpt(stranger.stringValue))' is not known here")
    }
  }

  func required<Value: Decodable>(_ type: Value.Type, _ name: AnyName) throws -> Value {
    try container.decode(type, forKey: name)
  }

  func optional<Value: Decodable>(_ type: Value.Type, _ name: AnyName) throws -> Value? {
    try container.decodeIfPresent(type, forKey: name)
  }

  /// The decoder of a member, for a value whose form another member decides.
  func decoder(of name: AnyName) throws -> any Decoder { try container.superDecoder(forKey: name) }

  func contains(_ name: AnyName) -> Bool { container.contains(name) }
}

/// A member's name of any text.
struct AnyName: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringLiteral text: String) { stringValue = text }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension TopicName: CodableByDescription {}
