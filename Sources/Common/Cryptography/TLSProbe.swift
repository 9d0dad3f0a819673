import COpenSSL

/// A TLS client that looks at a server it does not trust: bytes in, bytes out, no socket.
///
/// It verifies nothing and accepts old versions: it is there to see what a device offers, and never
/// carries anything of ours that matters.
package final class TLSProbe {
  /// What became of the bytes that were put in.
  package struct Outcome: Hashable, Sendable {
    /// To be sent to the peer.
    package var toSend: [UInt8] = []
    /// What the peer said inside.
    package var plaintext: [UInt8] = []
    /// The handshake is complete.
    package var isSecured = false
    /// The handshake failed, or the peer ended the stream.
    package var isClosed = false
  }

  private static let readLimit = 65_536

  private let context: OpaquePointer
  private let connection: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  package init() throws(CryptoError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw CryptoError("SSL_CTX_new") }
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
    COpenSSL_set_security_level(context, 0)
    _ = COpenSSL_allow_old_versions(context)
    guard let connection = SSL_new(context), let incoming = BIO_new(BIO_s_mem()),
      let outgoing = BIO_new(BIO_s_mem())
    else {
      SSL_CTX_free(context)
      throw CryptoError("SSL_new")
    }
    SSL_set_bio(connection, incoming, outgoing)
    SSL_set_connect_state(connection)
    self.context = context
    self.connection = connection
    self.incoming = incoming
    self.outgoing = outgoing
  }

  deinit {
    SSL_free(connection)
    SSL_CTX_free(context)
  }

  /// Takes bytes of the peer (none, to start) and does what they allow.
  package func receive(_ bytes: [UInt8]) -> Outcome {
    var outcome = Outcome()
    if !bytes.isEmpty { BIO_write(incoming, bytes, CInt(bytes.count)) }
    if SSL_is_init_finished(connection) == 0 {
      let result = SSL_do_handshake(connection)
      if result != 1, !wantsMore(result) { outcome.isClosed = true }
    }
    outcome.isSecured = SSL_is_init_finished(connection) == 1
    if outcome.isSecured { read(into: &outcome) }
    outcome.toSend = drain()
    return outcome
  }

  /// What the handshake came to; `nil` before it is complete.
  package var facts: TLSFacts? {
    guard SSL_is_init_finished(connection) == 1, let version = SSL_get_version(connection),
      let cipher = SSL_get_current_cipher(connection), let name = SSL_CIPHER_standard_name(cipher)
    else { return nil }
    let certificate = SSL_get1_peer_certificate(connection)
    defer { X509_free(certificate) }
    let text = String(cString: version)
    let number = text == "TLSv1" ? "1.0" : String(text.drop { !$0.isNumber })
    return TLSFacts(
      version: number, cipher: String(cString: name), certificate: certificate.flatMap(CertificateFacts.init))
  }

  /// Encrypts bytes for the peer.
  package func encrypt(_ bytes: [UInt8]) -> [UInt8] {
    SSL_write(connection, bytes, CInt(bytes.count))
    return drain()
  }

  private func read(into outcome: inout Outcome) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while outcome.plaintext.count < Self.readLimit {
      let count = SSL_read(connection, &buffer, CInt(buffer.count))
      guard count > 0 else {
        if !wantsMore(count) { outcome.isClosed = true }
        return
      }
      outcome.plaintext += buffer.prefix(Int(count))
    }
  }

  private func wantsMore(_ result: CInt) -> Bool {
    let error = SSL_get_error(connection, result)
    ERR_clear_error()
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE
  }

  private func drain() -> [UInt8] {
    let count = COpenSSL_pending(outgoing)
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    BIO_read(outgoing, &bytes, CInt(count))
    return bytes
  }
}
