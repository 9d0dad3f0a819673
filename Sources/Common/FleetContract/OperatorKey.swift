import Addresses
import Cryptography
import FoundationEssentials

/// The short name of an operator's key: the first 16 hexadecimal digits of the SHA-256 of the raw public key.
package struct KeyID: Hashable, Sendable {
  package let text: String

  package init(of publicKey: [UInt8]) {
    text = Hexadecimal.text(Digest.sha256(publicKey).prefix(8))
  }
}

extension KeyID: LosslessStringConvertible {
  package init?(_ text: String) {
    guard text.utf8.count == 16,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.text = text
  }

  package var description: String { text }
}

extension KeyID: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension KeyID: CodableByDescription {}

/// Who may command: an Ed25519 public key, written `{"key_id": …, "public": base64 of its 32 bytes}`.
package struct OperatorKey: Hashable, Sendable {
  /// What its signature is good for.
  package enum Use: String, Hashable, Sendable, CaseIterable {
    case command
    /// Policies of reconnecting alone: such a key can stand on a collector, which signs a speed every half minute.
    case pace
    /// Bundles of firmware profiles alone.
    case profiles
    /// Nothing that this version knows.
    case unknown
  }

  package let id: KeyID
  package let publicKey: [UInt8]
  package let use: Use

  /// Creates the key; `nil` unless it has 32 bytes.
  package init?(publicKey: [UInt8], use: Use = .command) {
    guard publicKey.count == Ed25519.keyLength else { return nil }
    id = KeyID(of: publicKey)
    self.publicKey = publicKey
    self.use = use
  }

  /// More keys than this are no list of operators.
  package static let limit = 16

  /// Reads a list of keys, as `operator-keys.json` holds it.
  package static func list(_ bytes: [UInt8]) throws(Rejection) -> [OperatorKey] {
    guard bytes.count <= 16_384 else { throw .tooLarge(bytes: bytes.count) }
    do {
      let keys = try JSONDecoder().decode([OperatorKey].self, from: Data(bytes))
      guard keys.count <= limit else { throw Rejection.field("more than \(limit) keys") }
      return keys
    } catch let rejection as Rejection {
      throw rejection
    } catch let error as DecodingError {
      throw Rejection(error)
    } catch {
      throw .field("not readable")
    }
  }
}

extension OperatorKey: Codable {
  private enum CodingKeys: String, CodingKey {
    case id = "key_id"
    case publicKey = "public"
    case use
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .publicKey)
    let use = try container.decodeIfPresent(String.self, forKey: .use).map { Use(rawValue: $0) ?? .unknown }
    guard let bytes = PaddedBase64.bytes(text), let key = OperatorKey(publicKey: bytes, use: use ?? .command)
    else {
      throw Rejection.field("public is not base64 of 32 bytes")
    }
    guard try container.decode(KeyID.self, forKey: .id) == key.id else {
      throw Rejection.field("key_id is not that of the public key, '\(key.id)'")
    }
    self = key
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(PaddedBase64.text(publicKey), forKey: .publicKey)
    if use != .command { try container.encode(use.rawValue, forKey: .use) }
  }
}

/// Base 64 with padding, in the one form that stands for given bytes (RFC 4648, sections 3.5 and 4).
package enum PaddedBase64 {
  package static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// Reads the one form; another text that decoders would take for the same bytes is refused.
  package static func bytes(_ text: String) -> [UInt8]? {
    guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
    return [UInt8](data)
  }
}
