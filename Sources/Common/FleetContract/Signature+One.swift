import Cryptography

/// What one key alone signs, which any of the provider's keys for that may do: policies, and bundles of profiles.
extension SignedCommand.Signature {
  /// Checks that it is over `bytes`, and of a key that is good for one of `uses`.
  func verify(over bytes: [UInt8], among keys: [OperatorKey], for uses: Set<OperatorKey.Use>)
    throws(PolicyRefusal)
  {
    guard let key = keys.first(where: { $0.id == self.key && uses.contains($0.use) }) else {
      throw PolicyRefusal(.unknownKey, "key '\(self.key)' is no operator's key for this here")
    }
    guard Ed25519.isValid(self.bytes, of: bytes, by: key.publicKey) else {
      throw PolicyRefusal(.badSignature, "the signature of '\(self.key)' is not over these bytes")
    }
  }

  /// Reads `{"<name>": "<base64>", "signatures": [{…}]}`.
  static func read(from decoder: any Decoder, beside name: AnyName) throws -> ([UInt8], Self) {
    let container = try decoder.container(keyedBy: AnyName.self)
    guard let bytes = PaddedBase64.bytes(try container.decode(String.self, forKey: name)), !bytes.isEmpty
    else {
      throw Rejection.field("\(name.stringValue) is not base64")
    }
    let signatures = try container.decode([Self].self, forKey: "signatures")
    guard signatures.count == 1 else { throw Rejection.field("signatures are none, or too many") }
    return (bytes, signatures[0])
  }

  /// Writes what ``read(from:beside:)`` reads.
  func write(to encoder: any Encoder, beside name: AnyName, _ bytes: [UInt8]) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    try container.encode(PaddedBase64.text(bytes), forKey: name)
    try container.encode([self], forKey: "signatures")
  }
}
