import COpenSSL
package import Cryptography

/// Somebody's public key on P-256, and proof that it is theirs.
package final class PublicKey {
  let handle: OpaquePointer
  /// SubjectPublicKeyInfo in DER, the one form a gateway's name is made of.
  package let der: [UInt8]

  /// The form with a named curve and an uncompressed point (RFC 5480) has this many bytes.
  private static let length = 91

  /// Takes a key over; `nil` unless it is one on P-256 in the usual form.
  init?(owning handle: OpaquePointer) {
    var name = [CChar](repeating: 0, count: 32)
    var length = 0
    guard EVP_PKEY_get_base_id(handle) == EVP_PKEY_EC,
      EVP_PKEY_get_group_name(handle, &name, name.count, &length) == 1,
      String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) == "prime256v1",
      let der = try? PEMText.memory({ i2d_PUBKEY_bio($0, handle) }), der.count == Self.length
    else {
      ERR_clear_error()
      EVP_PKEY_free(handle)
      return nil
    }
    self.handle = handle
    self.der = der
  }

  /// The key of a certification request (PEM) that was signed with it; what else the request says is passed over.
  package convenience init?(request pem: [UInt8]) {
    let bio = BIO_new_mem_buf(pem, CInt(clamping: pem.count))
    defer { BIO_free(bio) }
    guard let request = PEM_read_bio_X509_REQ(bio, nil, { _, _, _, _ in 0 }, nil) else {
      ERR_clear_error()
      return nil
    }
    defer { X509_REQ_free(request) }
    guard let key = X509_REQ_get_pubkey(request) else { return nil }
    guard X509_REQ_verify(request, key) == 1 else {
      ERR_clear_error()
      EVP_PKEY_free(key)
      return nil
    }
    self.init(owning: key)
  }

  /// The public half of a key of our own.
  package static func half(of pair: KeyPair) throws(CryptoError) -> PublicKey {
    guard let handle = PEMText.privateKey(try pair.privatePEM()), let key = PublicKey(owning: handle) else {
      throw CryptoError.taken("PEM_read_bio_PrivateKey")
    }
    return key
  }

  deinit { EVP_PKEY_free(handle) }

  /// Whether a signature over `bytes` is this key's: ECDSA with SHA-256, in DER.
  package func verifies(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    defer { ERR_clear_error() }
    return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, handle) == 1
      && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }
}

/// Text of libcrypto's readers and writers.
enum PEMText {
  static func certificate(_ pem: [UInt8]) -> OpaquePointer? {
    let bio = BIO_new_mem_buf(pem, CInt(clamping: pem.count))
    defer { BIO_free(bio) }
    return PEM_read_bio_X509(bio, nil, { _, _, _, _ in 0 }, nil)
  }

  static func privateKey(_ pem: [UInt8]) -> OpaquePointer? {
    let bio = BIO_new_mem_buf(pem, CInt(clamping: pem.count))
    defer { BIO_free(bio) }
    return PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in 0 }, nil)
  }

  static func written(_ certificate: OpaquePointer) throws(CryptoError) -> [UInt8] {
    try memory { PEM_write_bio_X509($0, certificate) }
  }

  static func memory(_ body: (OpaquePointer?) -> CInt) throws(CryptoError) -> [UInt8] {
    let bio = BIO_new(BIO_s_mem())
    defer { BIO_free(bio) }
    guard body(bio) == 1 else { throw CryptoError.taken("BIO") }
    var data: UnsafeMutablePointer<CChar>?
    let count = COpenSSL_memory(bio, &data)
    return Array(UnsafeRawBufferPointer(start: data, count: count))
  }
}
