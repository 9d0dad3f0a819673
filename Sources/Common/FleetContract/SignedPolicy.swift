import Cryptography
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
    try signed.signature.verify(over: signed.bytes, among: keys, for: [.command, .pace])
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
}

extension SignedPolicy: Codable {
  private static let name: AnyName = "policy"

  package init(from decoder: any Decoder) throws {
    (bytes, signature) = try SignedCommand.Signature.read(from: decoder, beside: Self.name)
  }

  package func encode(to encoder: any Encoder) throws {
    try signature.write(to: encoder, beside: Self.name, bytes)
  }
}
