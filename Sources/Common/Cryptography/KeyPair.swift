import COpenSSL

/// An ECDSA key on P-256 (FIPS 186-5): the gateway's identity.
package final class KeyPair {
  let key: OpaquePointer

  /// Makes a new key.
  package init() throws(CryptoError) {
    guard let key = COpenSSL_generate_p256() else { throw CryptoError("EVP_EC_gen") }
    self.key = key
  }

  /// Reads a private key in PEM (RFC 7468); one with a pass phrase is refused.
  package init(pem: [UInt8]) throws(CryptoError) {
    let bio = BIO_new_mem_buf(pem, CInt(pem.count))
    defer { BIO_free(bio) }
    // A callback that gives no pass phrase: without it the library would ask on the terminal.
    guard let key = PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in 0 }, nil) else {
      throw CryptoError("PEM_read_bio_PrivateKey")
    }
    guard EVP_PKEY_get_base_id(key) == EVP_PKEY_EC, EVP_PKEY_get_bits(key) == 256 else {
      EVP_PKEY_free(key)
      throw CryptoError("PEM_read_bio_PrivateKey", reason: "not an ECDSA key on P-256")
    }
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  /// The private key in PEM: keep it where only its owner can read it.
  package func privatePEM() throws(CryptoError) -> [UInt8] {
    try PEM.written("PEM_write_bio_PrivateKey") { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
  }

  /// The public key as SubjectPublicKeyInfo in DER (RFC 5480).
  package func publicDER() throws(CryptoError) -> [UInt8] {
    try PEM.written("i2d_PUBKEY_bio") { i2d_PUBKEY_bio($0, key) }
  }
}
