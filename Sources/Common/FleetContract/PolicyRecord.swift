import Cryptography

/// A signed policy as a text record of DNS (RFC 1464 in spirit, tags as DKIM has them in RFC 6376, section 3.2).
///
/// ```
/// v=kadomori1; k=<key_id>; s=<base64 of the signature>; p=<base64 of the signed bytes>
/// ```
/// The same bytes and the same signature as in ``SignedPolicy``, so that one judge refuses the same in both. A whole
/// record of the largest policy has ``maximumBytes``; an answer with a usual one fits 512 bytes, so also one of a server
/// that knows no larger ones.
package struct PolicyRecord: Hashable, Sendable {
  /// What a record begins with; a name may have others beside it.
  package static let mark = "v=kadomori1;"
  /// The most that is read: of a policy of ``PolicyDocument/maximumBytes``.
  package static let maximumBytes = 560
  /// One piece of a text (RFC 1035, section 3.3).
  private static let piece = 255

  package let policy: SignedPolicy

  package init(_ policy: SignedPolicy) { self.policy = policy }

  /// Reads a text; `nil` where it is no record of ours.
  package init?(text bytes: [UInt8]) {
    guard bytes.count <= Self.maximumBytes, bytes.starts(with: Self.mark.utf8),
      bytes.allSatisfy({ (0x20...0x7e).contains($0) })
    else { return nil }
    var tags: [Substring: Substring] = [:]
    let text = String(decoding: bytes, as: UTF8.self)
    for part in text.split(separator: ";") {
      let tag = part.drop { $0 == " " }
      guard let equals = tag.firstIndex(of: "="),
        tags.updateValue(tag[tag.index(after: equals)...], forKey: tag[..<equals]) == nil
      else { return nil }
    }
    guard let key = tags["k"].flatMap({ KeyID(String($0)) }),
      let signature = tags["s"].flatMap({ PaddedBase64.bytes(String($0)) }),
      signature.count == Ed25519.signatureLength,
      let signed = tags["p"].flatMap({ PaddedBase64.bytes(String($0)) }), !signed.isEmpty
    else { return nil }
    policy = SignedPolicy(bytes: signed, signature: SignedCommand.Signature(key: key, bytes: signature))
  }

  package var text: String {
    let signature = PaddedBase64.text(policy.signature.bytes)
    return "\(Self.mark) k=\(policy.signature.key); s=\(signature); p=\(PaddedBase64.text(policy.bytes))"
  }

  /// The text in pieces of the length that DNS allows.
  package var pieces: [String] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: Self.piece).map {
      String(decoding: bytes[$0..<min(bytes.count, $0 + Self.piece)], as: UTF8.self)
    }
  }

  /// The line of a zone (RFC 1035, section 5.1); `seconds` is how long others may remember it.
  package func zoneLine(name: String, seconds: Int) -> String {
    let owner = name.hasSuffix(".") ? name : name + "."
    return "\(owner) \(seconds) IN TXT " + pieces.map { "\"\($0)\"" }.joined(separator: " ")
  }
}
