/// Where a broker listens.
///
/// Names are not resolved here, because resolving blocks: the address is numeric already.
package struct MQTTEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// A numeric IPv4 or IPv6 address, or the path of a unix socket.
  package let address: String
  /// 1 to 65535; 0 means that `address` is the path of a unix socket.
  package let port: UInt16

  package static func ip(_ address: String, port: UInt16) -> Self {
    precondition(port > 0)
    return Self(address: address, port: port)
  }

  package static func unix(path: String) -> Self { Self(address: path, port: 0) }

  package var description: String {
    if port == 0 { return address }
    return address.utf8.contains(0x3a) ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}

/// How a connection is protected.
package struct MQTTSecurity: Hashable, Sendable {
  /// The file with the authorities' certificates (PEM); `nil` takes the operating system's.
  package var authorities: String?
  /// The file of our own certificate (PEM); valid iff `key` is given too.
  package var certificate: String?
  /// The file of its private key (PEM, not encrypted).
  package var key: String?
  /// The name the broker's certificate must carry; `nil` demands the numeric address.
  package var serverName: String?
  /// Whether a certificate of the future is passed over: for a clock that nobody has set since the power came back.
  package var toleratesEarly = false

  package init(
    authorities: String? = nil, certificate: String? = nil, key: String? = nil, serverName: String? = nil
  ) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
    self.serverName = serverName
  }
}

/// A version of the protocol.
package enum MQTTVersion: String, Hashable, Sendable {
  /// Without properties: no Will delay, no expiry of sessions and messages, no content type.
  case v311 = "3.1.1"
  case v5 = "5"
}

/// What a session is, for as long as it lives.
package struct MQTTConfiguration: Hashable, Sendable {
  /// Fixed for one client: the broker keeps the session under this name.
  package var clientID: String
  /// Whether the broker forgets an earlier session of this name.
  ///
  /// The default is to keep it.
  package var cleanStart: Bool
  /// How long the broker keeps the session without a connection.
  ///
  /// The default is one hour.
  package var sessionExpiry: Duration
  /// The longest silence; at least 5 seconds.
  ///
  /// The default is 60 seconds.
  package var keepAlive: Duration
  /// How many QoS 1 messages may be under way in each direction.
  ///
  /// The default is 20.
  package var receiveMaximum: UInt16
  /// The largest packet the broker may send; it drops larger ones unseen.
  ///
  /// The default is 2 MiB.
  package var maximumPacketSize: Int
  package var userName: String?
  package var password: String?
  package var security: MQTTSecurity?
  /// The default is 5.
  package var version = MQTTVersion.v5

  package init(
    clientID: String, cleanStart: Bool = false, sessionExpiry: Duration = .seconds(3600),
    keepAlive: Duration = .seconds(60), receiveMaximum: UInt16 = 20,
    maximumPacketSize: Int = 2 * 1024 * 1024, userName: String? = nil, password: String? = nil,
    security: MQTTSecurity? = nil
  ) {
    self.clientID = clientID
    self.cleanStart = cleanStart
    self.sessionExpiry = sessionExpiry
    self.keepAlive = keepAlive
    self.receiveMaximum = receiveMaximum
    self.maximumPacketSize = maximumPacketSize
    self.userName = userName
    self.password = password
    self.security = security
  }
}

extension Duration {
  /// Whole seconds as MQTT counts them, held within 32 bits.
  var mqttSeconds: UInt32 { UInt32(clamping: components.seconds) }
}
