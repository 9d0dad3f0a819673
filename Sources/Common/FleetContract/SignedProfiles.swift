import Posture

/// A bundle of firmware profiles as it travels: the exact signed bytes, and who signed them.
///
/// ```json
/// {"profiles": "<base64>", "signatures": [{"key_id": "…", "sig": "<base64>"}]}
/// ```
package struct SignedProfiles: Hashable, Sendable {
  package static let contentType = "application/vnd.kadomori.profiles+json;v=1"

  /// What was signed.
  package var bytes: [UInt8]
  package var signature: SignedCommand.Signature

  package init(bytes: [UInt8], signature: SignedCommand.Signature) {
    self.bytes = bytes
    self.signature = signature
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }

  package init(payload: some Collection<UInt8>) throws(Rejection) {
    self = try decodePayload(Self.self, from: payload)
  }

  /// What is signed, if one of the keys that may sign profiles did.
  package func verified(among keys: [OperatorKey]) throws(PolicyRefusal) -> ProfileBundle {
    try signature.verify(over: bytes, among: keys, for: [.command, .profiles])
    do throws(Rejection) { return try ProfileBundle(bytes: bytes) } catch { throw PolicyRefusal(error) }
  }

  /// Judges a payload for the gateways of `group`; `known` is the highest version that was accepted.
  ///
  /// What comes again is `nil`: nothing is to be done, and nothing is wrong.
  package static func accept(
    _ payload: some Collection<UInt8>, for group: TopicName, among keys: [OperatorKey], known: Int64?,
    at clock: CommandClock
  ) throws(PolicyRefusal) -> ProfileBundle? {
    let signed: SignedProfiles
    do throws(Rejection) { signed = try Self(payload: payload) } catch { throw PolicyRefusal(error) }
    let bundle = try signed.verified(among: keys)
    guard bundle.group == group else {
      throw PolicyRefusal(.otherGroup, "it is for group '\(bundle.group)', and this gateway is in '\(group)'")
    }
    // A version far ahead would shut out every later one; by a clock that nobody set, nothing is far ahead.
    let tomorrow = WallTime(milliseconds: clock.wall.milliseconds + 86_400_000)
    guard !clock.isSynchronised || bundle.version < ProfileBundle.first(on: tomorrow) + 99 else {
      throw PolicyRefusal(.outOfRange, "its version, \(bundle.version), is of more than a day from now")
    }
    guard let known, bundle.version <= known else { return bundle }
    if bundle.version == known { return nil }
    throw PolicyRefusal(
      .replayed,
      "it is version \(bundle.version), and \(known) was accepted before; only a signed step back has a higher version"
    )
  }
}

extension SignedProfiles: Codable {
  private static let name: AnyName = "profiles"

  package init(from decoder: any Decoder) throws {
    (bytes, signature) = try SignedCommand.Signature.read(from: decoder, beside: Self.name)
  }

  package func encode(to encoder: any Encoder) throws {
    try signature.write(to: encoder, beside: Self.name, bytes)
  }
}
