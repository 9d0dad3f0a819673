import COpenSSL

/// A password as it is kept: scrypt (RFC 7914) over it and random bytes.
package enum PasswordHash {
  /// What it costs to try one password: 32 MiB and some tenths of a second.
  ///
  /// N = 2^15, r = 8, p = 3: one of the settings of equal strength that OWASP's Password Storage Cheat Sheet gives for
  /// scrypt, taken for its memory, which a collector has to have beside its work.
  package static let cost = (n: UInt64(1 << 15), r: UInt64(8), p: UInt64(3))
  private static let length = 32

  /// Hashes a new password; `scrypt$N$r$p$SALT$KEY`, the last two in hexadecimal.
  package static func make(_ password: String) throws(CryptoError) -> String {
    let salt = try Digest.random(16)
    let key = try scrypt(Array(password.utf8), salt: salt, n: cost.n, r: cost.r, p: cost.p, length: length)
    return "scrypt$\(cost.n)$\(cost.r)$\(cost.p)$\(Hexadecimal.text(salt))$\(Hexadecimal.text(key))"
  }

  /// Whether a password is the one that was hashed; takes as long whether it is or not.
  package static func verify(_ password: String, _ stored: String) -> Bool {
    let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "scrypt", let n = UInt64(parts[1]), let r = UInt64(parts[2]),
      let p = UInt64(parts[3]), n <= 1 << 20, r <= 32, p <= 16
    else { return false }
    let salt = Hexadecimal.bytes(String(parts[4]))
    let expected = Hexadecimal.bytes(String(parts[5]))
    guard !expected.isEmpty,
      let key = try? scrypt(Array(password.utf8), salt: salt, n: n, r: r, p: p, length: expected.count)
    else { return false }
    return isEqual(key, expected)
  }

  /// Compares in a time that tells nothing of where two differ.
  package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  package static func scrypt(
    _ password: [UInt8], salt: [UInt8], n: UInt64, r: UInt64, p: UInt64, length: Int
  ) throws(CryptoError) -> [UInt8] {
    var key = [UInt8](repeating: 0, count: length)
    let text = password.map { CChar(bitPattern: $0) }
    // 128 N r bytes and a little; OpenSSL's own limit is 32 MiB for all of it.
    let most = 128 * r * (n + p + 2) + (1 << 20)
    guard EVP_PBE_scrypt(text, text.count, salt, salt.count, n, r, p, most, &key, length) == 1 else {
      throw CryptoError("EVP_PBE_scrypt")
    }
    return key
  }
}
