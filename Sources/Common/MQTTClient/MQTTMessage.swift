/// The quality of service a message is sent with.
package enum MQTTQoS: Int, Hashable, Sendable {
  case atMostOnce = 0
  case atLeastOnce = 1
  case exactlyOnce = 2
}

/// A message to publish.
package struct MQTTMessage: Hashable, Sendable {
  package var topic: String
  package var payload: [UInt8]
  package var qos: MQTTQoS
  package var retain: Bool
  package var contentType: String?
  /// For how long the broker may hold the message, in whole seconds; `nil` is for ever.
  package var expiry: Duration?
  package var responseTopic: String?
  package var correlation: [UInt8]?

  package init(
    topic: String, payload: [UInt8], qos: MQTTQoS = .atLeastOnce, retain: Bool = false,
    contentType: String? = nil, expiry: Duration? = nil, responseTopic: String? = nil,
    correlation: [UInt8]? = nil
  ) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retain = retain
    self.contentType = contentType
    self.expiry = expiry
    self.responseTopic = responseTopic
    self.correlation = correlation
  }
}

/// The message the broker publishes for us when the session is lost.
package struct MQTTWill: Hashable, Sendable {
  /// Valid iff its payload has at most 65,535 bytes.
  package var message: MQTTMessage
  /// How long the broker waits, so that a short blip is no death; never longer than the session lives.
  package var delay: Duration

  package init(_ message: MQTTMessage, delay: Duration = .zero) {
    self.message = message
    self.delay = delay
  }
}
