import COpenSSL

/// Signatures of Ed25519 (RFC 8032): 32-byte public keys, 64-byte signatures, no hash of one's own before.
package enum Ed25519 {
  package static let keyLength = 32
  package static let signatureLength = 64

  /// Returns whether the signature was made over exactly these bytes with the private half of `key`.
  ///
  /// Everything that is not a signature, by length or by content, is a wrong one.
  package static func isValid(_ signature: [UInt8], of bytes: [UInt8], by key: [UInt8]) -> Bool {
    guard signature.count == signatureLength, key.count == keyLength,
      let pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, key, key.count)
    else { return cleared() }
    defer { EVP_PKEY_free(pkey) }
    guard let context = EVP_MD_CTX_new() else { return cleared() }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, nil, nil, pkey) == 1,
      EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    else { return cleared() }
    return true
  }

  /// A wrong signature leaves reasons in the library's queue that are not to be told as another call's.
  private static func cleared() -> Bool {
    ERR_clear_error()
    return false
  }
}

/// A private key of Ed25519.
package final class SigningKey: @unchecked Sendable {
  // Unchecked: the key is never changed after it was made, and libcrypto lets threads share such keys
  // (openssl-threads(7)).
  private let key: OpaquePointer

  /// The raw public key, 32 bytes.
  package let publicKey: [UInt8]

  /// Makes a new key.
  package convenience init() throws(CryptoError) {
    guard let key = COpenSSL_generate_ed25519() else { throw CryptoError("EVP_PKEY_Q_keygen") }
    try self.init(owning: key)
  }

  /// Makes the key of a 32-byte seed (RFC 8032, section 5.1.5).
  package convenience init(seed: [UInt8]) throws(CryptoError) {
    guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
      throw CryptoError("EVP_PKEY_new_raw_private_key")
    }
    try self.init(owning: key)
  }

  /// Reads a private key in PEM (PKCS #8, RFC 8410); one with a pass phrase is refused.
  package convenience init(pem: [UInt8]) throws(CryptoError) {
    let bio = BIO_new_mem_buf(pem, CInt(pem.count))
    defer { BIO_free(bio) }
    // A callback that gives no pass phrase: without it the library would ask on the terminal.
    guard let key = PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in 0 }, nil) else {
      throw CryptoError("PEM_read_bio_PrivateKey")
    }
    guard EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 else {
      EVP_PKEY_free(key)
      throw CryptoError("PEM_read_bio_PrivateKey", reason: "not an Ed25519 key")
    }
    try self.init(owning: key)
  }

  private init(owning key: OpaquePointer) throws(CryptoError) {
    var bytes = [UInt8](repeating: 0, count: Ed25519.keyLength)
    var count = bytes.count
    guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == bytes.count else {
      EVP_PKEY_free(key)
      throw CryptoError("EVP_PKEY_get_raw_public_key")
    }
    self.key = key
    publicKey = bytes
  }

  deinit { EVP_PKEY_free(key) }

  /// Signs exactly these bytes.
  package func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { throw CryptoError("EVP_MD_CTX_new") }
    defer { EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: Ed25519.signatureLength)
    var count = signature.count
    guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1, count == signature.count
    else { throw CryptoError("EVP_DigestSign") }
    return signature
  }

  /// The private key in PEM: keep it where only its owner can read it.
  package func privatePEM() throws(CryptoError) -> [UInt8] {
    let bio = BIO_new(BIO_s_mem())
    defer { BIO_free(bio) }
    guard PEM_write_bio_PKCS8PrivateKey(bio, key, nil, nil, 0, nil, nil) == 1 else {
      throw CryptoError("PEM_write_bio_PKCS8PrivateKey")
    }
    var data: UnsafeMutablePointer<CChar>?
    let count = COpenSSL_memory(bio, &data)
    return Array(UnsafeRawBufferPointer(start: data, count: count))
  }
}
