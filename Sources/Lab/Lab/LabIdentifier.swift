/// The four base32 characters that tell labs on one machine apart.
package struct LabIdentifier: Hashable, Sendable, LosslessStringConvertible {
  package let description: String

  /// The alphabet of RFC 4648, section 6, in lower case.
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")

  package static func random() -> Self {
    var generator = SystemRandomNumberGenerator()
    return Self(text: String((0..<4).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }))
  }

  private init(text: String) {
    description = text
  }

  /// Reads exactly four characters of the alphabet.
  package init?(_ text: String) {
    guard text.count == 4, text.allSatisfy(Self.alphabet.contains) else { return nil }
    self.init(text: text)
  }

  /// The name every network namespace of this lab starts with.
  package var namespacePrefix: String { "kdm-\(description)-" }

  /// The network namespace of one member: `gw`, `sw`, `internet` or a persona's name.
  package func namespace(of member: String) -> String { namespacePrefix + member }
}

extension LabIdentifier: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a lab id")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
