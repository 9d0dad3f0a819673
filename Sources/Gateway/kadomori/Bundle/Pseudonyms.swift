import Cryptography

/// Names made up for one archive: the same for the same thing, and of no meaning in another archive.
///
/// A keyed hash (HMAC with SHA-256) under a key that is forgotten with this value: without it nobody can try all
/// addresses of a network until one fits.
struct Pseudonyms {
  private let key: [UInt8]

  /// Draws a new key.
  init() throws(CryptoError) { key = try Digest.random(32) }

  /// A name for a thing of a kind: `dev-` and eight characters.
  func name(_ kind: Kind, _ text: String) -> String {
    let digest = Digest.hmacSHA256(Array("\(kind.rawValue) \(text)".utf8), key: key)
    return "\(kind.rawValue)-" + Base32.encode(digest).prefix(8)
  }

  enum Kind: String { case device = "dev", host, link, closing, plan, boot, group }
}
