/// What happened in a session since its loop was last run.
package enum MQTTEvent: Hashable, Sendable {
  /// The broker accepted the connection; `sessionPresent` says whether it still knew the session.
  case connected(sessionPresent: Bool, properties: MQTTConnectionFacts)
  /// The broker answered and refused; the connection is over and no `disconnected` follows.
  case refused(MQTTReason, properties: MQTTConnectionFacts)
  /// The connection is over, or never came about.
  case disconnected(MQTTError)
  case message(MQTTReceived)
  /// A message is out of our hands: acknowledged by the broker (QoS 1 and 2) or written (QoS 0).
  ///
  /// The reason is an error where the broker took the message and threw it away, as without a right to
  /// write the topic.
  case published(messageID: Int, MQTTReason)
  /// The broker's answer for every filter of one subscription, in order.
  case subscribed(messageID: Int, [MQTTReason])
}

/// A message that came in.
package struct MQTTReceived: Hashable, Sendable {
  package var topic: String
  package var payload: [UInt8]
  package var qos: MQTTQoS
  /// Whether the broker had kept the message, rather than passing it on as it was published.
  package var retained: Bool
  package var contentType: String?
  /// What is left of the message's life.
  package var expiry: Duration?
  package var responseTopic: String?
  package var correlation: [UInt8]?

  package init(
    topic: String, payload: [UInt8], qos: MQTTQoS, retained: Bool, contentType: String? = nil,
    expiry: Duration? = nil, responseTopic: String? = nil, correlation: [UInt8]? = nil
  ) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retained = retained
    self.contentType = contentType
    self.expiry = expiry
    self.responseTopic = responseTopic
    self.correlation = correlation
  }
}

/// What the broker said of the connection when it answered.
package struct MQTTConnectionFacts: Hashable, Sendable {
  package var reasonText: String?
  /// Where the broker would rather have us go.
  package var serverReference: String?
  /// The keep-alive the broker imposed instead of ours.
  package var serverKeepAlive: Duration?
  /// The life of the session as the broker grants it; `nil` where it keeps ours.
  package var sessionExpiry: Duration?
}

/// A reason code of MQTT 5 (section 2.4): below 0x80 is success.
package struct MQTTReason: Hashable, Sendable, CustomStringConvertible {
  package let code: UInt8

  package init(code: UInt8) {
    self.code = code
  }

  /// Takes an answer to CONNECT of either version: those of MQTT 3.1.1 (section 3.2.2.3) count from 1 to 5.
  init(connectAnswer code: UInt8) {
    let ofOld: [UInt8] = [0x84, 0x85, 0x88, 0x86, 0x87]
    self.code = (1...5).contains(code) ? ofOld[Int(code) - 1] : code
  }

  package var isError: Bool { code >= 0x80 }

  /// Says that the other side does not speak this version of the protocol.
  package var isOfVersion: Bool { code == 0x84 }

  /// Asks for a longer pause before the next attempt: server unavailable, busy, or over quota.
  package var asksForPatience: Bool { [0x88, 0x89, 0x97, 0x9f].contains(code) }

  /// Says that trying again with the same credentials is of no use.
  package var deniesUs: Bool { [0x85, 0x86, 0x87, 0x8a, 0x8c].contains(code) }
}
