import COpenSSL

/// A certificate somebody holds, as far as its holder has to know it.
package struct HeldCertificate: Hashable, Sendable {
  package let facts: CertificateFacts
  /// The SHA-256 of its SubjectPublicKeyInfo in DER: what a pin of it is.
  package let keyDigest: [UInt8]
  /// Its validity in seconds since 1970.
  package let notBefore: Int64
  package let notAfter: Int64

  /// Reads the first certificate of a text in PEM.
  package init(pem: [UInt8]) throws(CryptoError) {
    let bio = BIO_new_mem_buf(pem, CInt(clamping: pem.count))
    defer { BIO_free(bio) }
    guard let certificate = PEM_read_bio_X509(bio, nil, { _, _, _, _ in 0 }, nil) else {
      throw CryptoError("PEM_read_bio_X509")
    }
    defer { X509_free(certificate) }
    try self.init(certificate)
  }

  init(_ certificate: OpaquePointer) throws(CryptoError) {
    guard let facts = CertificateFacts(certificate),
      let digest = try? Self.keyDigest(of: certificate),
      let notBefore = Self.seconds(X509_get0_notBefore(certificate)),
      let notAfter = Self.seconds(X509_get0_notAfter(certificate))
    else { throw CryptoError("X509", reason: "a certificate without a key or with impossible times") }
    self.facts = facts
    self.keyDigest = digest
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  static func keyDigest(of certificate: OpaquePointer) throws(CryptoError) -> [UInt8] {
    Digest.sha256(
      try PEM.written("i2d_PUBKEY_bio") { i2d_PUBKEY_bio($0, X509_get0_pubkey(certificate)) })
  }

  /// Seconds since 1970, whatever `time_t` is.
  private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
    defer { ASN1_TIME_free(epoch) }
    var days: CInt = 0
    var seconds: CInt = 0
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
    return Int64(days) * 86_400 + Int64(seconds)
  }
}
