import COpenSSL

/// Whom a client believes.
package enum TLSTrust: Hashable, Sendable {
  /// An authority known by nothing but the SHA-256 of its SubjectPublicKeyInfo, in base 32; the server sends its
  /// certificate along.
  case pin(String)
  /// An authority whose certificate (PEM) is at hand.
  case authority([UInt8])
}

/// Why a server is not believed.
package enum TLSRefusal: Error, Hashable, Sendable {
  /// No certificate the server sent has the pinned key.
  case notPinned
  /// The chain leads elsewhere, or is broken; the text is OpenSSL's.
  case untrusted(String)
  /// The certificate is for other names than the one that was asked for.
  case wrongName([String])
  /// By our clock its time has not come; the text is when it comes.
  case notYetValid(String)
  /// By our clock its time is over; the text is since when.
  case expired(String)
}

extension TLSTrust {
  /// Judges the chain a server sent and returns the authority's certificate in PEM.
  ///
  /// `toleratesEarly` is for a clock that nobody has set since the power came back. Such a clock runs behind, never
  /// ahead: 1970, or whatever was stored last. So it makes a good certificate look like one of the future, and never
  /// a bad one look good: "not yet valid" is then passed over, while "expired" stays what it is.
  func judge(
    _ leaf: OpaquePointer, chain: OpaquePointer?, serverName: String, toleratesEarly: Bool
  ) throws(TLSRefusal) -> [UInt8] {
    let anchor = try anchor(in: chain)
    defer { X509_free(anchor) }
    guard let store = X509_STORE_new(), let context = X509_STORE_CTX_new() else {
      throw .untrusted("out of memory")
    }
    defer {
      X509_STORE_CTX_free(context)
      X509_STORE_free(store)
    }
    X509_STORE_add_cert(store, anchor)
    guard X509_STORE_CTX_init(context, store, leaf, chain) == 1 else { throw .untrusted("out of memory") }
    // The pinned authority may itself be an intermediate of the provider's own.
    COpenSSL_trust_anchor(context)
    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER)
    Self.expect(serverName, in: X509_STORE_CTX_get0_param(context))
    if toleratesEarly { X509_STORE_CTX_set_verify_cb(context, Self.passOverEarly) }
    guard X509_verify_cert(context) != 1 else {
      guard let pem = try? PEM.written("PEM_write_bio_X509", { PEM_write_bio_X509($0, anchor) }) else {
        throw .untrusted("out of memory")
      }
      return pem
    }
    ERR_clear_error()
    throw Self.refusal(X509_STORE_CTX_get_error(context), leaf)
  }

  /// Keeps a verification going where the only fault is a certificate of the future.
  package static let passOverEarly: @convention(c) (CInt, OpaquePointer?) -> CInt = { isGood, context in
    isGood == 1 || X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_NOT_YET_VALID ? 1 : 0
  }

  private static func expect(_ name: String, in parameters: OpaquePointer?) {
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
    ERR_clear_error()
    X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count)
  }

  private static func refusal(_ code: CInt, _ leaf: OpaquePointer) -> TLSRefusal {
    let facts = CertificateFacts(leaf)
    switch code {
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      return .wrongName(facts?.names ?? [])
    case X509_V_ERR_CERT_NOT_YET_VALID: return .notYetValid(facts?.validFrom ?? "?")
    case X509_V_ERR_CERT_HAS_EXPIRED: return .expired(facts?.validUntil ?? "?")
    default: return .untrusted(String(cString: X509_verify_cert_error_string(Int(code))))
    }
  }

  /// The authority's certificate, to be freed by the caller.
  private func anchor(in chain: OpaquePointer?) throws(TLSRefusal) -> OpaquePointer {
    switch self {
    case .pin(let digest):
      for index in 0..<COpenSSL_chain_count(chain) {
        guard let certificate = COpenSSL_chain_at(chain, index),
          (try? HeldCertificate.keyDigest(of: certificate)).map(Base32.encode) == digest,
          X509_check_ca(certificate) > 0
        else { continue }
        X509_up_ref(certificate)
        return certificate
      }
      throw .notPinned
    case .authority(let pem):
      let bio = BIO_new_mem_buf(pem, CInt(clamping: pem.count))
      defer { BIO_free(bio) }
      guard let certificate = PEM_read_bio_X509(bio, nil, { _, _, _, _ in 0 }, nil) else {
        ERR_clear_error()
        throw .untrusted("the authority's certificate cannot be read")
      }
      return certificate
    }
  }
}
