/// What lets one gateway enrol, once: `<id>.<secret>.<pin>`, each in lower-case base 32.
///
/// The pin is the SHA-256 of the authority's SubjectPublicKeyInfo, so that a gateway that knows nothing else can
/// refuse a wrong collector before it says anything.
package struct EnrolmentToken: Hashable, Sendable {
  package let id: String
  package let secret: String
  package let pin: String

  /// 5, 20 and 32 bytes: nobody guesses a secret of 160 bits.
  package static let idLength = 8
  package static let secretLength = 32
  package static let pinLength = 52

  package init?(id: String, secret: String, pin: String) {
    guard Self.isBase32(id, Self.idLength), Self.isBase32(secret, Self.secretLength),
      Self.isBase32(pin, Self.pinLength)
    else { return nil }
    self.id = id
    self.secret = secret
    self.pin = pin
  }

  /// What is sent to the collector.
  package var credential: String { "\(id).\(secret)" }

  /// Reads a credential that came in.
  package static func parse(credential: String) -> (id: String, secret: String)? {
    guard credential.utf8.count == idLength + 1 + secretLength else { return nil }
    let parts = credential.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, isBase32(parts[0], idLength), isBase32(parts[1], secretLength) else { return nil }
    return (parts[0], parts[1])
  }

  package static func isBase32(_ text: String, _ length: Int) -> Bool {
    text.utf8.count == length
      && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x32...0x37).contains($0) }
  }
}

extension EnrolmentToken: LosslessStringConvertible {
  package init?(_ text: String) {
    guard text.utf8.count <= 128 else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { return nil }
    self.init(id: parts[0], secret: parts[1], pin: parts[2])
  }

  package var description: String { "\(id).\(secret).\(pin)" }
}
