/// The configuration file of the broker of our own, and of a provider's mosquitto that is to do the same.
package struct BrokerConfiguration {
  package var listen: ListenAddress
  package var directory: String
  package var user: String
  /// The files of mutual TLS; without them anybody is let in, which is for loopback and labs.
  package var security: Security?
  /// Whether it tells whom it refused what, which mosquitto says only among everything else: for a reader that sorts.
  var tellsRefusals = false

  package init(listen: ListenAddress, directory: String, user: String, security: Security? = nil) {
    self.listen = listen
    self.directory = directory
    self.user = user
    self.security = security
  }

  /// Files in PEM, and the list of rights.
  package struct Security: Hashable, Sendable {
    package var authorities: String
    package var certificate: String
    package var key: String
    package var revocations: String
    package var accessList: String

    package init(
      authorities: String, certificate: String, key: String, revocations: String, accessList: String
    ) {
      self.authorities = authorities
      self.certificate = certificate
      self.key = key
      self.revocations = revocations
      self.accessList = accessList
    }

    /// The name in the certificate is user and client name: nobody can take another's, or another's session.
    var text: String {
      """
      allow_anonymous false
      cafile \(authorities)
      certfile \(certificate)
      keyfile \(key)
      crlfile \(revocations)
      require_certificate true
      use_identity_as_username true
      use_username_as_clientid true
      acl_file \(accessList)
      """
    }
  }

  /// The largest packet anybody may send, in bytes: larger than the contract allows, so that what breaks the
  /// contract is counted, and small enough to bound the broker's memory.
  static let maximumPacket = 2 * 1024 * 1024

  package var text: String {
    """
    # Written by kadomori-collector; of its own broker at every start.
    listener \(listen.port) \(listen.address)
    \(security?.text ?? "allow_anonymous true")
    user \(user)
    persistence true
    persistence_location \(directory)/
    autosave_interval 30
    persistent_client_expiration 14d
    # What waits for a collector that is away: bounded, and more than a night of events.
    max_queued_messages 200000
    max_queued_bytes 268435456
    # So many are under way to a collector at once; it stores in batches.
    max_inflight_messages 1000
    max_packet_size \(Self.maximumPacket)
    max_keepalive 600
    log_dest stderr
    log_type error
    log_type warning
    \(tellsRefusals ? "log_type notice\nlog_type information\nlog_type debug" : "# No more than that.")
    connection_messages \(tellsRefusals)

    """
  }
}
