import Cryptography
import FoundationEssentials

/// A command as it travels: the exact signed bytes, and who signed them.
///
/// ```json
/// {"command": "<base64>", "signatures": [{"key_id": "…", "sig": "<base64>"}]}
/// ```
package struct SignedCommand: Hashable, Sendable {
  package struct Signature: Hashable, Sendable {
    package var key: KeyID
    package var bytes: [UInt8]

    package init(key: KeyID, bytes: [UInt8]) {
      self.key = key
      self.bytes = bytes
    }
  }

  /// Room for the largest document and all signatures, in base64.
  package static let maximumBytes = 8192
  package static let maximumSignatures = 8
  package static let contentType = "application/vnd.kadomori.command+json;v=1"

  /// What was signed.
  package var bytes: [UInt8]
  package var signatures: [Signature]

  package init(bytes: [UInt8], signatures: [Signature]) {
    self.bytes = bytes
    self.signatures = signatures
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }

  package init(payload: some Collection<UInt8>) throws(Rejection) {
    guard payload.count <= Self.maximumBytes else { throw .tooLarge(bytes: payload.count) }
    self = try decodePayload(Self.self, from: payload)
  }

  /// The keys that have signed these bytes.
  ///
  /// One signature that is not right, or of a key that is not among `keys`, spoils the whole command: there is
  /// nothing that such a signature could be good for.
  package func signers(among keys: [OperatorKey]) throws(CommandRefusal) -> Set<KeyID> {
    var signers: Set<KeyID> = []
    for signature in signatures {
      guard let key = keys.first(where: { $0.id == signature.key && $0.use == .command }) else {
        throw CommandRefusal(.unknownKey, "key '\(signature.key)' is no operator's key here")
      }
      guard Ed25519.isValid(signature.bytes, of: bytes, by: key.publicKey) else {
        throw CommandRefusal(.badSignature, "the signature of '\(signature.key)' is not over these bytes")
      }
      signers.insert(key.id)
    }
    return signers
  }
}

extension SignedCommand: Codable {
  private enum CodingKeys: CodingKey {
    case command, signatures
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let bytes = PaddedBase64.bytes(try container.decode(String.self, forKey: .command)), !bytes.isEmpty
    else {
      throw Rejection.field("command is not base64")
    }
    self.bytes = bytes
    signatures = try container.decode([Signature].self, forKey: .signatures)
    guard (1...Self.maximumSignatures).contains(signatures.count) else {
      throw Rejection.field("signatures are none, or too many")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PaddedBase64.text(bytes), forKey: .command)
    try container.encode(signatures, forKey: .signatures)
  }
}

extension SignedCommand.Signature: Codable {
  private enum CodingKeys: String, CodingKey {
    case key = "key_id"
    case bytes = "sig"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    key = try container.decode(KeyID.self, forKey: .key)
    guard let bytes = PaddedBase64.bytes(try container.decode(String.self, forKey: .bytes)),
      bytes.count == Ed25519.signatureLength
    else { throw Rejection.field("sig is not base64 of 64 bytes") }
    self.bytes = bytes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key, forKey: .key)
    try container.encode(PaddedBase64.text(bytes), forKey: .bytes)
  }
}
