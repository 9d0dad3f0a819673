import CMosquitto
import COpenSSL
import Cryptography

/// How every connection of a session is protected, given to libmosquitto ready-made.
///
/// libmosquitto compares the certificate with whatever text it connected to, which here is a numeric
/// address, and on loopback may do so before anything can be changed. OpenSSL compares with the name
/// itself, as part of the verification. This is why the room imports COpenSSL beside CMosquitto.
final class TLSContext {
  private let context: OpaquePointer
  private let serverName: String?

  init(_ security: MQTTSecurity) throws(MQTTError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw Self.error(.outOfMemory, "preparing TLS")
    }
    self.context = context
    self.serverName = security.serverName
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, security.toleratesEarly ? Self.judgeGently : Self.judge)
    COpenSSL_trust_anchors(context)
    watchHandshake()
    try loadAuthorities(security.authorities)
    if let certificate = security.certificate, let key = security.key {
      try loadIdentity(certificate, key)
    }
    let parameters = SSL_CTX_get0_param(context)
    // A broker may be known by an address, which is not the one connected to where something passes it on.
    if let name = security.serverName, X509_VERIFY_PARAM_set1_ip_asc(parameters, name) != 1 {
      ERR_clear_error()
      X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
      guard X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count) == 1 else {
        throw Self.error(.invalid, "naming the broker '\(name)'")
      }
    }
  }

  deinit { SSL_CTX_free(context) }

  private func loadAuthorities(_ path: String?) throws(MQTTError) {
    let loaded =
      path.map { SSL_CTX_load_verify_locations(context, $0, nil) }
      ?? SSL_CTX_set_default_verify_paths(context)
    guard loaded == 1 else {
      throw Self.error(.invalid, "reading the authorities from \(path ?? "the operating system")")
    }
  }

  private func loadIdentity(_ certificate: String, _ key: String) throws(MQTTError) {
    guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
      throw Self.error(.invalid, "reading the certificate from \(certificate)")
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1,
      SSL_CTX_check_private_key(context) == 1
    else { throw Self.error(.invalid, "reading the key of that certificate from \(key)") }
  }

  /// Has what the other side says against us noted, and replaces the server name that libmosquitto sends, which is
  /// the numeric address, by the broker's name: RFC 6066, section 3, allows no addresses there.
  private func watchHandshake() {
    SSL_CTX_set_info_callback(context) { connection, event, value in
      guard let connection else { return }
      if event == SSL_CB_READ_ALERT, value >> 8 == SSL3_AL_FATAL {
        let alert = SSL_alert_desc_string_long(value).map { String(cString: $0) } ?? "\(value & 0xff)"
        TLSContext.box(of: connection)?.remark = "the broker says: \(alert)"
      }
      guard event == SSL_CB_HANDSHAKE_START,
        let name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(connection), 0)
      else { return }
      SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), name)
    }
  }

  private static let judge: @convention(c) (CInt, OpaquePointer?) -> CInt = { isGood, verification in
    if isGood != 1 { TLSContext.note(verification) }
    return isGood
  }

  private static let judgeGently: @convention(c) (CInt, OpaquePointer?) -> CInt = { isGood, verification in
    let verdict = TLSTrust.passOverEarly(isGood, verification)
    if verdict != 1 { TLSContext.note(verification) }
    return verdict
  }

  private static func note(_ verification: OpaquePointer?) {
    let connection = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx())
    guard let connection else { return }
    let error = X509_STORE_CTX_get_error(verification)
    let words = String(cString: X509_verify_cert_error_string(Int(error)))
    box(of: OpaquePointer(connection))?.remark = "the broker's certificate: \(words)"
  }

  private static func box(of connection: OpaquePointer) -> EventBox? {
    EventBox.of(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), 0))
  }

  /// Demands that the certificate names the address, where no name was given.
  func expect(_ endpoint: MQTTEndpoint) throws(MQTTError) {
    guard serverName == nil, endpoint.port != 0 else { return }
    guard X509_VERIFY_PARAM_set1_ip_asc(SSL_CTX_get0_param(context), endpoint.address) == 1 else {
      throw Self.error(.invalid, "demanding a certificate for \(endpoint.address)")
    }
  }

  /// Gives the context to libmosquitto, which keeps a reference of its own; remarks go into the box of its session.
  func apply(to handle: OpaquePointer, _ box: EventBox) throws(MQTTError) {
    SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(box).toOpaque())
    guard mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) == 0,
      mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(context)) == 0
    else { throw Self.error(.outOfMemory, "preparing TLS") }
  }

  private static func error(_ code: MQTTError.Code, _ doing: String) -> MQTTError {
    MQTTError(code: code, doing: doing, peer: "")
  }
}
