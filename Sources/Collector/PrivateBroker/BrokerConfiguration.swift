/// The configuration file of the broker of our own.
struct BrokerConfiguration {
  var listen: ListenAddress
  var directory: String
  var user: String

  /// The largest packet anybody may send, in bytes: larger than the contract allows, so that what breaks the
  /// contract is counted, and small enough to bound the broker's memory.
  static let maximumPacket = 2 * 1024 * 1024

  var text: String {
    """
    # Written by kadomori-collector at every start; changes here are lost.
    listener \(listen.port) \(listen.address)
    allow_anonymous true
    user \(user)
    persistence true
    persistence_location \(directory)/
    autosave_interval 30
    persistent_client_expiration 14d
    # What waits for a collector that is away: bounded, and more than a night of events.
    max_queued_messages 200000
    max_queued_bytes 268435456
    max_packet_size \(Self.maximumPacket)
    max_keepalive 600
    log_dest stderr
    log_type error
    log_type warning
    connection_messages false

    """
  }
}
