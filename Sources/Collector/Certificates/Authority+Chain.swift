import COpenSSL
import Cryptography

extension Authority {
  /// Certificates that a chain may have; more are not looked at.
  private static let chainLimit = 8

  /// What is wrong with a chain that is to lead from its first certificate to one that vouches for itself.
  ///
  /// A broker of mosquitto 2.0 trusts no chain that ends before its root.
  static func problem(ofChain pem: [UInt8]) -> String? {
    let bio = BIO_new_mem_buf(pem, CInt(clamping: pem.count))
    defer { BIO_free(bio) }
    var chain: [OpaquePointer] = []
    defer { for certificate in chain { X509_free(certificate) } }
    while chain.count < chainLimit, let next = PEM_read_bio_X509(bio, nil, { _, _, _, _ in 0 }, nil) {
      chain.append(next)
    }
    // The end of the text is an error to the reader.
    ERR_clear_error()
    guard let last = chain.last else { return "there is no certificate" }
    for (lower, upper) in zip(chain, chain.dropFirst()) where !isIssued(lower, by: upper) {
      return "a certificate is not signed by the next one; begin with the issuer's, and end with the root"
    }
    return isIssued(last, by: last)
      ? nil : "the chain does not reach its root; append the certificates above the issuer's"
  }

  private static func isIssued(_ certificate: OpaquePointer, by issuer: OpaquePointer) -> Bool {
    defer { ERR_clear_error() }
    return X509_check_issued(issuer, certificate) == X509_V_OK
      && X509_verify(certificate, X509_get0_pubkey(issuer)) == 1
  }
}
