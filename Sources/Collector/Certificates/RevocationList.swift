import COpenSSL
package import Cryptography

extension Authority {
  /// A revocation list (RFC 5280, section 5) in PEM.
  ///
  /// `since` has to grow from list to list by whole seconds: of two lists, OpenSSL believes the newer one. The next
  /// list is announced for ten years from now, because a broker that has a list past that day lets nobody in; lists
  /// are replaced when somebody is revoked.
  package func revocationList(
    of serials: [String], since: Int64, revokedAt: Int64, number: Int64
  ) throws(CryptoError) -> [UInt8] {
    guard let list = X509_CRL_new() else { throw CryptoError.taken("X509_CRL_new") }
    defer { X509_CRL_free(list) }
    guard let begin = ASN1_TIME_set(nil, time_t(since)),
      let end = ASN1_TIME_set(nil, time_t(since + 10 * 365 * 86_400)),
      let revoked = ASN1_TIME_set(nil, time_t(revokedAt)), let count = ASN1_INTEGER_new()
    else { throw CryptoError.taken("ASN1_TIME_set") }
    defer {
      for time in [begin, end, revoked] { ASN1_TIME_free(time) }
      ASN1_INTEGER_free(count)
    }
    ASN1_INTEGER_set_int64(count, number)
    guard X509_CRL_set_version(list, 1) == 1,
      X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate)) == 1,
      X509_CRL_set1_lastUpdate(list, begin) == 1, X509_CRL_set1_nextUpdate(list, end) == 1,
      X509_CRL_add1_ext_i2d(list, NID_crl_number, UnsafeMutableRawPointer(count), 0, 0) == 1
    else { throw CryptoError.taken("X509_CRL") }
    for serial in serials { try add(serial, revoked, to: list) }
    if let identifier = COpenSSL_extension(
      certificate, nil, list, NID_authority_key_identifier, "keyid:always")
    {
      X509_CRL_add_ext(list, identifier, -1)
      X509_EXTENSION_free(identifier)
    }
    X509_CRL_sort(list)
    guard X509_CRL_sign(list, key, EVP_sha256()) > 0 else { throw CryptoError.taken("X509_CRL_sign") }
    return try PEMText.memory { PEM_write_bio_X509_CRL($0, list) }
  }

  private func add(
    _ serial: String, _ time: UnsafeMutablePointer<ASN1_TIME>, to list: OpaquePointer
  ) throws(CryptoError) {
    let bytes = Hexadecimal.bytes(serial)
    guard let entry = X509_REVOKED_new() else { throw CryptoError.taken("X509_REVOKED_new") }
    let number = BN_bin2bn(bytes, CInt(bytes.count), nil)
    let integer = BN_to_ASN1_INTEGER(number, nil)
    defer {
      BN_free(number)
      ASN1_INTEGER_free(integer)
    }
    guard X509_REVOKED_set_serialNumber(entry, integer) == 1,
      X509_REVOKED_set_revocationDate(entry, time) == 1,
      X509_CRL_add0_revoked(list, entry) == 1
    else {
      X509_REVOKED_free(entry)
      throw CryptoError.taken("X509_CRL_add0_revoked")
    }
  }
}
