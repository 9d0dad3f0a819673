import Crypto
import Posture

/// A policy as it travels: the exact signed bytes, and who signed them.
///
/// ```json
/// {"policy": "<base64>", "signatures": [{"key_id": "…", "sig": "<base64>"}]}
/// ```
package struct SignedPolicy: Hashable, Sendable {
  package static let contentType = "application/vnd.kadomori.policy+json;v=1"

  /// What was signed.
  package var bytes: [UInt8]
  package var signature: SignedCommand.Signature

  package init(bytes: [UInt8], signature: SignedCommand.Signature) {
    self.bytes = bytes
    self.signature = signature
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }

  package init(payload: some Collection<UInt8>) throws(Rejection) {
    guard payload.count <= PolicyHint.requestBytes else { throw .tooLarge(bytes: payload.count) }
    self = try decodePayload(Self.self, from: payload)
  }

  /// Judges a payload for the gateways of `group`; `known` is what was accepted last.
  ///
  /// What comes again unchanged is `nil`: nothing is to be done, and nothing is wrong.
  package static func accept(
    _ payload: some Collection<UInt8>, for group: TopicName, among keys: [OperatorKey], known: PolicyMark?,
    at clock: CommandClock
  ) throws(PolicyRefusal) -> PolicyDocument? {
    let signed: SignedPolicy
    do throws(Rejection) { signed = try Self(payload: payload) } catch { throw PolicyRefusal(error) }
    try signed.verify(among: keys)
    let document: PolicyDocument
    do throws(Rejection) { document = try PolicyDocument(bytes: signed.bytes) } catch {
      throw PolicyRefusal(error)
    }
    guard document.group == group else {
      throw PolicyRefusal(
        .otherGroup, "it is for group '\(document.group)', and this gateway is in '\(group)'")
    }
    // A version far ahead would shut out every later one; by a clock that nobody set, nothing is far ahead.
    let latest = clock.wall.milliseconds + 86_400_000
    guard !clock.isSynchronised || document.mark.version <= latest else {
      throw PolicyRefusal(.outOfRange, "its version is of more than a day from now")
    }
    guard let known, document.mark <= known else { return document }
    if document.mark == known { return nil }
    throw PolicyRefusal(
      .replayed,
      "it is version \(document.mark.version) step \(document.mark.step), and \(known.version) step \(known.step) was accepted before"
    )
  }

  /// Any key of the provider's may sign a policy; one that may do nothing else is enough.
  private func verify(among keys: [OperatorKey]) throws(PolicyRefusal) {
    guard let key = keys.first(where: { $0.id == signature.key && $0.use != .unknown }) else {
      throw PolicyRefusal(.unknownKey, "key '\(signature.key)' is no operator's key here")
    }
    guard Ed25519.isValid(signature.bytes, of: bytes, by: key.publicKey) else {
      throw PolicyRefusal(.badSignature, "the signature of '\(signature.key)' is not over these bytes")
    }
  }
}

extension SignedPolicy: Codable {
  private enum CodingKeys: CodingKey {
    case policy, signatures
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let bytes = PaddedBase64.bytes(try container.decode(String.self, forKey: .policy)), !bytes.isEmpty
    else {
      throw Rejection.field("policy is not base64")
    }
    let signatures = try container.decode([SignedCommand.Signature].self, forKey: .signatures)
    guard signatures.count == 1 else { throw Rejection.field("signatures are none, or too many") }
    self.init(bytes: bytes, signature: signatures[0])
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PaddedBase64.text(bytes), forKey: .policy)
    try container.encode([signature], forKey: .signatures)
  }
}
