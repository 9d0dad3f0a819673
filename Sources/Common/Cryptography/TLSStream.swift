import COpenSSL

/// One end of a TLS connection: bytes in, bytes out, no socket.
///
/// A client says nothing before the server has proved who it is.
package final class TLSStream {
  /// What became of the bytes that were put in.
  package struct Outcome: Sendable {
    /// To be sent to the peer.
    package var toSend: [UInt8] = []
    /// What the peer said inside.
    package var plaintext: [UInt8] = []
    /// The peer ended the stream, or the handshake failed.
    package var isClosed = false
    /// Why, where the handshake failed.
    package var failure: String?
  }

  /// What the other side of a client has to prove.
  private struct Demand {
    var trust: TLSTrust
    var serverName: String
    var toleratesEarly: Bool
  }

  private let connection: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private let demand: Demand?
  /// Whether the handshake is complete and, for a client, the server believed.
  package private(set) var isSecured = false
  /// Why the server is not believed.
  package private(set) var refusal: TLSRefusal?
  /// The certificate (PEM) of the authority that vouched for the server.
  package private(set) var authority: [UInt8] = []

  private init(_ context: OpaquePointer, _ demand: Demand?) throws(CryptoError) {
    guard let connection = SSL_new(context), let incoming = BIO_new(BIO_s_mem()),
      let outgoing = BIO_new(BIO_s_mem())
    else { throw CryptoError("SSL_new") }
    SSL_set_bio(connection, incoming, outgoing)
    self.connection = connection
    self.incoming = incoming
    self.outgoing = outgoing
    self.demand = demand
  }

  /// Begins a connection to a server of this name or address.
  package static func client(
    _ trust: TLSTrust, serverName: String, toleratesEarly: Bool
  ) throws(CryptoError) -> TLSStream {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw CryptoError("SSL_CTX_new") }
    // The stream holds a reference of its own.
    defer { SSL_CTX_free(context) }
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    // The judgement comes after the handshake, when the chain is there to look for the pin in.
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
    let demand = Demand(trust: trust, serverName: serverName, toleratesEarly: toleratesEarly)
    let stream = try TLSStream(context, demand)
    SSL_set_connect_state(stream.connection)
    // RFC 6066, section 3, allows no addresses there.
    if a2i_IPADDRESS(serverName).map({ ASN1_OCTET_STRING_free($0) }) == nil {
      ERR_clear_error()
      var name = Array(serverName.utf8CString)
      SSL_ctrl(stream.connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
    }
    return stream
  }

  /// Answers a connection as the server of an identity.
  package static func server(_ identity: TLSServerIdentity) throws(CryptoError) -> TLSStream {
    let stream = try TLSStream(identity.context, nil)
    SSL_set_accept_state(stream.connection)
    return stream
  }

  deinit { SSL_free(connection) }

  /// Takes bytes of the peer (none, to start) and does what they allow.
  package func receive(_ bytes: [UInt8]) -> Outcome {
    var outcome = Outcome()
    // What another connection left on this thread would be taken for this one's (SSL_get_error(3)).
    ERR_clear_error()
    if !bytes.isEmpty { BIO_write(incoming, bytes, CInt(bytes.count)) }
    if !isSecured { shakeHands(&outcome) }
    if isSecured { read(into: &outcome) }
    outcome.toSend = drain()
    return outcome
  }

  /// Encrypts bytes for the peer.
  package func encrypt(_ bytes: [UInt8]) -> [UInt8] {
    precondition(isSecured)
    if !bytes.isEmpty { SSL_write(connection, bytes, CInt(bytes.count)) }
    return drain()
  }

  /// Says goodbye.
  package func farewell() -> [UInt8] {
    if isSecured { SSL_shutdown(connection) }
    ERR_clear_error()
    return drain()
  }

  private func shakeHands(_ outcome: inout Outcome) {
    guard refusal == nil else { return outcome.isClosed = true }
    let result = SSL_do_handshake(connection)
    guard result == 1 else {
      if let reason = failure(result) {
        outcome.isClosed = true
        outcome.failure = reason
      }
      return
    }
    guard let demand else { return isSecured = true }
    guard let leaf = SSL_get1_peer_certificate(connection) else {
      refusal = .untrusted("the server has no certificate")
      return outcome.isClosed = true
    }
    defer { X509_free(leaf) }
    do throws(TLSRefusal) {
      authority = try demand.trust.judge(
        leaf, chain: SSL_get_peer_cert_chain(connection), serverName: demand.serverName,
        toleratesEarly: demand.toleratesEarly)
      isSecured = true
    } catch {
      refusal = error
      outcome.isClosed = true
    }
  }

  private func read(into outcome: inout Outcome) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    // At most what was put in comes out, so this is bounded by the caller.
    while true {
      let count = SSL_read(connection, &buffer, CInt(buffer.count))
      guard count > 0 else {
        if failure(count) != nil { outcome.isClosed = true }
        return
      }
      outcome.plaintext += buffer.prefix(Int(count))
    }
  }

  /// Why a call failed; `nil` where it only waits for more bytes.
  private func failure(_ result: CInt) -> String? {
    let error = SSL_get_error(connection, result)
    if error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE {
      ERR_clear_error()
      return nil
    }
    return CryptoError("TLS").reason
  }

  private func drain() -> [UInt8] {
    let count = COpenSSL_pending(outgoing)
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    BIO_read(outgoing, &bytes, CInt(count))
    return bytes
  }
}

/// The certificate chain and key of a TLS server.
package final class TLSServerIdentity: @unchecked Sendable {
  // Unchecked: never changed after its creation, and OpenSSL counts references atomically.
  let context: OpaquePointer

  /// Reads both files in PEM.
  package init(chain: String, key: String) throws(CryptoError) {
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw CryptoError("SSL_CTX_new") }
    self.context = context
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    guard SSL_CTX_use_certificate_chain_file(context, chain) == 1 else {
      throw CryptoError("SSL_CTX_use_certificate_chain_file")
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      throw CryptoError("SSL_CTX_use_PrivateKey_file")
    }
  }

  deinit { SSL_CTX_free(context) }
}
