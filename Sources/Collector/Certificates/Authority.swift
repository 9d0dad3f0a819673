import COpenSSL
package import Cryptography

/// Issues certificates and revocation lists with a key of its own (RFC 5280), over OpenSSL.
package final class Authority: @unchecked Sendable {
  // Unchecked: neither handle is changed after the creation, and signing with one key from several threads is allowed
  // (openssl-threads(7)).
  let certificate: OpaquePointer
  let key: OpaquePointer
  /// PEM of its certificate and of those above it, its own first.
  package let chain: [UInt8]
  package let held: HeldCertificate

  /// Takes a certificate chain up to its root and the key of its first certificate, both PEM.
  package init(chain: [UInt8], key: [UInt8]) throws(CryptoError) {
    guard let certificate = PEMText.certificate(chain) else { throw CryptoError.taken("PEM_read_bio_X509") }
    guard let secret = PEMText.privateKey(key) else {
      X509_free(certificate)
      throw CryptoError.taken("PEM_read_bio_PrivateKey")
    }
    self.certificate = certificate
    self.key = secret
    self.chain = chain
    held = try HeldCertificate(pem: chain)
    guard X509_check_private_key(certificate, secret) == 1 else {
      throw CryptoError("X509_check_private_key", reason: "the key is not that of the certificate")
    }
    guard X509_check_ca(certificate) > 0 else {
      throw CryptoError("X509_check_ca", reason: "the certificate is not one of an authority")
    }
    if let problem = Self.problem(ofChain: chain) { throw CryptoError("X509_check_issued", reason: problem) }
  }

  deinit {
    EVP_PKEY_free(key)
    X509_free(certificate)
  }

  /// Makes a new authority that vouches for itself; valid for 20 years, from a day ago.
  package static func make(named name: String, now: Int64) throws(CryptoError) -> (
    chain: [UInt8], key: [UInt8]
  ) {
    let pair = try KeyPair()
    let secret = try pair.privatePEM()
    guard let key = PEMText.privateKey(secret) else { throw CryptoError.taken("PEM_read_bio_PrivateKey") }
    defer { EVP_PKEY_free(key) }
    let form = try CertificateForm(
      subject: name, use: .authority, names: [], notBefore: now - 86_400, notAfter: now + 20 * 365 * 86_400)
    let certificate = try form.filled(publicKey: key, issuer: nil, signedWith: key)
    defer { X509_free(certificate) }
    return (try PEMText.written(certificate), secret)
  }

  /// Issues a certificate for a key.
  package func issue(_ form: CertificateForm, for key: PublicKey) throws(CryptoError) -> Issued {
    let certificate = try form.filled(publicKey: key.handle, issuer: self.certificate, signedWith: self.key)
    defer { X509_free(certificate) }
    return Issued(
      pem: try PEMText.written(certificate), serial: form.serialText, notBefore: form.notBefore,
      notAfter: form.notAfter)
  }

  /// A certificate it has issued.
  package struct Issued: Hashable, Sendable {
    package let pem: [UInt8]
    /// Hexadecimal.
    package let serial: String
    package let notBefore: Int64
    package let notAfter: Int64
  }

  /// Reads a certificate; `nil` unless this authority has signed it for the given use.
  ///
  /// Its time is not judged.
  package func own(_ pem: [UInt8], for use: CertificateForm.Use) -> (commonName: String, key: PublicKey)? {
    guard let certificate = PEMText.certificate(pem) else { return nil }
    defer { X509_free(certificate) }
    guard X509_verify(certificate, key) == 1,
      X509_NAME_cmp(
        X509_get_issuer_name(certificate), X509_get_subject_name(self.certificate)) == 0,
      use.allows(certificate), let key = X509_get_pubkey(certificate)
    else {
      ERR_clear_error()
      return nil
    }
    var text = [CChar](repeating: 0, count: 65)
    let length = X509_NAME_get_text_by_NID(
      X509_get_subject_name(certificate), NID_commonName, &text, CInt(text.count))
    guard length > 0, let publicKey = PublicKey(owning: key) else { return nil }
    return (
      String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self), publicKey
    )
  }
}

extension CryptoError {
  /// The library's reason for the call that has just failed.
  static func taken(_ call: String) -> CryptoError {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0 else { return CryptoError(call, reason: "not readable") }
    var buffer = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(code, &buffer, buffer.count)
    return CryptoError(
      call, reason: String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
