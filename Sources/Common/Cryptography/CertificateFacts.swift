import COpenSSL

#if canImport(Glibc)
import Glibc
#endif

/// What a certificate says, unverified (RFC 5280, section 4.1).
package struct CertificateFacts: Hashable, Sendable {
  /// Distinguished names as RFC 4514 writes them.
  package var subject: String
  package var issuer: String
  /// The DNS names it is for, at most ``nameLimit`` of them.
  package var names: [String]
  /// RFC 3339 in UTC; `nil` where the certificate's own time makes no sense.
  package var validFrom: String?
  package var validUntil: String?
  /// The kind of its key and how many bits it has, as `RSA 2048`.
  package var key: String
  package var keyBits: Int
  package var isRSA: Bool
  /// The name of the signature's algorithm as OpenSSL writes it, as `sha256WithRSAEncryption`.
  package var signature: String
  /// Where the device's MUD file is (RFC 8520, section 11).
  package var mudURL: String?
  /// The SHA-256 of its DER bytes.
  package var digest: [UInt8]

  package static let nameLimit = 8
  private static let textLimit = 512

  init?(_ certificate: OpaquePointer) {
    subject = Self.text(of: X509_get_subject_name(certificate))
    issuer = Self.text(of: X509_get_issuer_name(certificate))
    names = Self.names(of: certificate)
    validFrom = Self.time(X509_get0_notBefore(certificate))
    validUntil = Self.time(X509_get0_notAfter(certificate))
    guard let key = X509_get0_pubkey(certificate) else { return nil }
    let kind = EVP_PKEY_get_base_id(key)
    keyBits = Int(EVP_PKEY_get_bits(key))
    isRSA = kind == EVP_PKEY_RSA
    let names: [CInt: String] = [
      EVP_PKEY_RSA: "RSA", EVP_PKEY_EC: "EC", EVP_PKEY_DSA: "DSA", EVP_PKEY_ED25519: "Ed25519",
    ]
    self.key = "\(names[kind] ?? OBJ_nid2sn(kind).map { String(cString: $0) } ?? "?") \(keyBits)"
    signature = OBJ_nid2ln(X509_get_signature_nid(certificate)).map { String(cString: $0) } ?? ""
    mudURL = Self.mudURL(of: certificate)
    digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1, length == 32 else { return nil }
  }

  private static func text(of name: OpaquePointer?) -> String {
    guard let name, let memory = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(memory) }
    COpenSSL_print_name(memory, name)
    var bytes = [UInt8](repeating: 0, count: textLimit)
    let count = BIO_read(memory, &bytes, CInt(bytes.count))
    return String(decoding: bytes.prefix(max(0, Int(count))), as: UTF8.self)
  }

  private static func names(of certificate: OpaquePointer) -> [String] {
    guard let all = COpenSSL_alternative_names(certificate) else { return [] }
    defer { GENERAL_NAMES_free(all) }
    return (0..<min(COpenSSL_count(all), CInt(nameLimit))).compactMap { index in
      guard let text = COpenSSL_dns_name(all, index), let data = ASN1_STRING_get0_data(text) else {
        return nil
      }
      let count = min(255, Int(ASN1_STRING_length(text)))
      return String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    }
  }

  /// The extension `id-pe-mud-url`, whose value is one IA5String.
  private static func mudURL(of certificate: OpaquePointer) -> String? {
    guard let name = OBJ_txt2obj("1.3.6.1.5.5.7.1.25", 1) else { return nil }
    defer { ASN1_OBJECT_free(name) }
    guard let extension_ = X509_get_ext(certificate, X509_get_ext_by_OBJ(certificate, name, -1)),
      let value = X509_EXTENSION_get_data(extension_), let data = ASN1_STRING_get0_data(value)
    else { return nil }
    let count = Int(ASN1_STRING_length(value))
    guard count <= textLimit else { return nil }
    var place: UnsafePointer<UInt8>? = data
    guard let text = d2i_ASN1_IA5STRING(nil, &place, count) else {
      ERR_clear_error()
      return nil
    }
    defer { ASN1_IA5STRING_free(text) }
    guard place == data + count, let bytes = ASN1_STRING_get0_data(text) else { return nil }
    let length = Int(ASN1_STRING_length(text))
    return String(validating: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
  }

  private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> String? {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
    func pad(_ value: CInt, _ width: Int = 2) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(pad(parts.tm_year + 1900, 4))-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))"
      + "T\(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec))Z"
  }
}

/// What was agreed on in a TLS handshake.
package struct TLSFacts: Hashable, Sendable {
  /// `1.0` to `1.3`.
  package var version: String
  /// The IANA name of the cipher suite.
  package var cipher: String
  package var certificate: CertificateFacts?

  /// What was agreed on that is no longer strong, although better was offered (RFC 8996, RFC 7465, RFC 9155,
  /// NIST SP 800-131A revision 2).
  package var weaknesses: [String] {
    var found: [String] = []
    if version == "1.0" || version == "1.1" { found.append("TLS-\(version)") }
    for part in ["RC4", "3DES", "NULL", "EXPORT", "_anon_", "DES_CBC", "MD5"] where cipher.contains(part) {
      found.append(part == "_anon_" ? "anonymous" : part)
      break
    }
    if let certificate {
      if certificate.isRSA, certificate.keyBits < 2048 { found.append("RSA-\(certificate.keyBits)") }
      let signature = certificate.signature.lowercased()
      for hash in ["md5", "sha1"] where signature.contains(hash) {
        found.append("signed-with-\(hash)")
      }
    }
    return found
  }
}
