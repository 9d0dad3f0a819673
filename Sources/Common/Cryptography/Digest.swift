import COpenSSL

/// Hashes and random bytes of libcrypto.
package enum Digest {
  /// SHA-256 (FIPS 180-4), 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let done = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
    precondition(done == 1 && length == 32, "libcrypto has no SHA-256")
    return digest
  }

  /// MD5 (RFC 1321), 16 bytes; for fingerprints that are defined with it, never for trust.
  package static func md5(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 16)
    var length: UInt32 = 0
    let done = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_md5(), nil)
    precondition(done == 1 && length == 16, "libcrypto has no MD5")
    return digest
  }

  /// HMAC with SHA-256 (RFC 2104), 32 bytes.
  package static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let done = HMAC(EVP_sha256(), key, CInt(key.count), bytes, bytes.count, &digest, &length)
    precondition(done != nil && length == 32, "libcrypto has no HMAC-SHA-256")
    return digest
  }

  /// Bytes nobody can guess.
  package static func random(_ count: Int) throws(CryptoError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, CInt(count)) == 1 else { throw CryptoError("RAND_bytes") }
    return bytes
  }
}

/// Base 32 in lower case, without padding (RFC 4648, section 6).
package enum Base32 {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    var buffer: UInt16 = 0
    var bits = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt16(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[Int(buffer >> UInt16(bits) & 31)])
      }
    }
    if bits > 0 { text.append(alphabet[Int(buffer << UInt16(5 - bits) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
