import COpenSSL
package import Cryptography

/// What a certificate is to say.
package struct CertificateForm: Sendable {
  /// What the key may be used for.
  package enum Use: Hashable, Sendable {
    case authority
    case server
    case client
    /// To sign a certification request at enrolment and nothing else. It is the purpose "document signing" (RFC 9336),
    /// not "client authentication": so no TLS server lets such a certificate in, the broker least of all.
    case claim
  }

  package var subject: String
  package var use: Use
  /// DNS names and addresses of a server.
  package var names: [String]
  /// Seconds since 1970.
  package var notBefore: Int64
  package var notAfter: Int64
  let serial: [UInt8]

  package init(subject: String, use: Use, names: [String], notBefore: Int64, notAfter: Int64)
    throws(CryptoError)
  {
    self.subject = subject
    self.use = use
    self.names = names
    self.notBefore = notBefore
    self.notAfter = notAfter
    // At most 20 octets and positive, at least 64 random bits (RFC 5280, section 4.1.2.2; CA/Browser Forum 7.1).
    var serial = try Digest.random(16)
    serial[0] = serial[0] & 0x3f | 0x40
    self.serial = serial
  }

  var serialText: String { Hexadecimal.text(serial) }

  /// The certificate, to be freed by the caller; without an issuer it vouches for itself.
  func filled(
    publicKey: OpaquePointer, issuer: OpaquePointer?, signedWith key: OpaquePointer
  ) throws(CryptoError) -> OpaquePointer {
    guard let certificate = X509_new() else { throw CryptoError.taken("X509_new") }
    do throws(CryptoError) {
      try fill(certificate, publicKey, issuer)
      guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw CryptoError.taken("X509_sign") }
      return certificate
    } catch {
      X509_free(certificate)
      throw error
    }
  }

  private func fill(
    _ certificate: OpaquePointer, _ key: OpaquePointer, _ issuer: OpaquePointer?
  ) throws(CryptoError) {
    // Version 3 is written as 2.
    X509_set_version(certificate, 2)
    let number = BN_bin2bn(serial, CInt(serial.count), nil)
    defer { BN_free(number) }
    let name = X509_get_subject_name(certificate)
    let text = Array(subject.utf8)
    guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
      ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(notBefore)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(notAfter)) != nil,
      X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, text, CInt(text.count), -1, 0) == 1,
      X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0) } ?? name) == 1,
      X509_set_pubkey(certificate, key) == 1
    else { throw CryptoError.taken("X509") }
    for (identifier, value) in extensions {
      guard let piece = COpenSSL_extension(issuer ?? certificate, certificate, nil, identifier, value) else {
        throw CryptoError.taken("X509V3_EXT_conf_nid")
      }
      defer { X509_EXTENSION_free(piece) }
      guard X509_add_ext(certificate, piece, -1) == 1 else { throw CryptoError.taken("X509_add_ext") }
    }
  }

  private var extensions: [(CInt, String)] {
    var all: [(CInt, String)] =
      switch use {
      case .authority:
        [
          (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
          (NID_key_usage, "critical,keyCertSign,cRLSign"),
        ]
      default:
        [(NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature")]
      }
    if let purpose = use.purpose { all.append((NID_ext_key_usage, "critical,\(purpose)")) }
    if use == .server {
      // What is neither a name nor an address would be taken for more of OpenSSL's notation.
      let clean = names.filter { $0.utf8.allSatisfy(Self.isHostCharacter) }
      all.append(
        (
          NID_subject_alt_name,
          clean.map { ($0.contains(":") || $0.last?.isNumber == true && isAddress($0) ? "IP:" : "DNS:") + $0 }
            .joined(separator: ",")
        ))
    }
    all += [(NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid:always")]
    return all
  }

  private func isAddress(_ text: String) -> Bool {
    guard let octets = a2i_IPADDRESS(text) else {
      ERR_clear_error()
      return false
    }
    ASN1_OCTET_STRING_free(octets)
    return true
  }

  private static func isHostCharacter(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || [0x2d, 0x2e, 0x3a].contains(byte)
  }
}

extension CertificateForm.Use {
  /// OpenSSL's word for the extended key usage.
  var purpose: String? {
    switch self {
    case .authority: nil
    case .server: "serverAuth"
    case .client: "clientAuth"
    // id-kp-documentSigning, which OpenSSL 3.0 has no word for.
    case .claim: "1.3.6.1.5.5.7.3.36"
    }
  }

  /// Whether a certificate is for this use and for no other.
  func allows(_ certificate: OpaquePointer) -> Bool {
    guard let purpose, X509_get_ext_count(certificate) > 0,
      let expected = COpenSSL_extension(nil, certificate, nil, NID_ext_key_usage, "critical,\(purpose)")
    else { return false }
    defer { X509_EXTENSION_free(expected) }
    let place = X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1)
    guard let found = X509_get_ext(certificate, place) else { return false }
    return ASN1_STRING_cmp(X509_EXTENSION_get_data(found), X509_EXTENSION_get_data(expected)) == 0
  }
}
