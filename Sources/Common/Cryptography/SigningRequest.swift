import COpenSSL

extension KeyPair {
  /// A certification request for this key (PKCS #10, RFC 2986) in PEM, with an empty subject: whoever issues derives
  /// the name from the key.
  package func signingRequest() throws(CryptoError) -> [UInt8] {
    guard let request = X509_REQ_new() else { throw CryptoError("X509_REQ_new") }
    defer { X509_REQ_free(request) }
    guard X509_REQ_set_version(request, 0) == 1, X509_REQ_set_pubkey(request, key) == 1,
      X509_REQ_sign(request, key, EVP_sha256()) > 0
    else { throw CryptoError("X509_REQ_sign") }
    return try PEM.written("PEM_write_bio_X509_REQ") { PEM_write_bio_X509_REQ($0, request) }
  }

  /// A signature over `bytes`: ECDSA with SHA-256, in DER (FIPS 186-5).
  package func signature(over bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { throw CryptoError("EVP_MD_CTX_new") }
    defer { EVP_MD_CTX_free(context) }
    var length = 256
    var signature = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
      EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1
    else { throw CryptoError("EVP_DigestSign") }
    return Array(signature.prefix(length))
  }
}

/// Text of libcrypto's writers (RFC 7468).
package enum PEM {
  /// Runs a writer of libcrypto into memory.
  static func written(_ call: String, _ body: (OpaquePointer?) -> CInt) throws(CryptoError) -> [UInt8] {
    let bio = BIO_new(BIO_s_mem())
    defer { BIO_free(bio) }
    guard body(bio) == 1 else { throw CryptoError(call) }
    var data: UnsafeMutablePointer<CChar>?
    let count = COpenSSL_memory(bio, &data)
    return Array(UnsafeRawBufferPointer(start: data, count: count))
  }

  /// The certificates of a text in PEM, each a text of its own, unread.
  package static func certificates(in text: [UInt8]) -> [[UInt8]] {
    let end = Array("-----END CERTIFICATE-----".utf8)
    var rest = text[...]
    var found: [[UInt8]] = []
    while let range = rest.firstRange(of: end) {
      found.append(rest[..<range.upperBound] + [0x0a])
      rest = rest[range.upperBound...].drop { $0 == 0x0a || $0 == 0x0d }
    }
    return found
  }
}
