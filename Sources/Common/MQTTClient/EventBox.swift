import CMosquitto
import Glibc

/// Collects what libmosquitto's callbacks say, until the caller takes it.
///
/// Callbacks run on the thread that runs the loop, inside its calls; none of them calls libmosquitto.
final class EventBox {
  var events: [MQTTEvent] = []
  var peer = ""
  var phase = Phase.idle
  /// What was said against a certificate while connecting.
  var remark: String?
  /// Whether the transport connection stands.
  var isReachable = false

  enum Phase {
    /// No connection, and nothing on the way to one.
    case idle
    case connecting
    case connected
  }

  /// Records the end of a connection once, whoever reports it first.
  func end(_ event: MQTTEvent) {
    guard phase != .idle else { return }
    phase = .idle
    events.append(event)
  }

  func end(_ result: CInt, doing: String) { end(.disconnected(error(result, doing: doing))) }

  /// Translates a result of libmosquitto, with what was said against a certificate.
  func error(_ result: CInt, doing: String) -> MQTTError {
    var error = MQTTError(result, doing: doing, peer: peer)
    if let remark {
      // With TLS 1.3 a refusal of our certificate comes after the handshake, as the end of the connection.
      error.code = .tls
      error.remark = remark
    }
    return error
  }

  func take() -> [MQTTEvent] {
    defer { events = [] }
    return events
  }
}

extension EventBox {
  static func of(_ pointer: UnsafeMutableRawPointer?) -> EventBox? {
    pointer.map { Unmanaged<EventBox>.fromOpaque($0).takeUnretainedValue() }
  }

  static func register(on handle: OpaquePointer) {
    mosquitto_connect_v5_callback_set(handle) { _, box, reason, flags, properties in
      EventBox.of(box)?.answered(UInt8(truncatingIfNeeded: reason), flags, PropertyReader(head: properties))
    }
    mosquitto_disconnect_v5_callback_set(handle) { _, box, reason, _ in
      EventBox.of(box)?.disconnected(reason)
    }
    mosquitto_publish_v5_callback_set(handle) { _, box, id, reason, _ in
      let reason = MQTTReason(code: UInt8(truncatingIfNeeded: reason))
      EventBox.of(box)?.events.append(.published(messageID: Int(id), reason))
    }
    mosquitto_subscribe_v5_callback_set(handle) { _, box, id, count, granted, _ in
      let answers = UnsafeBufferPointer(start: granted, count: Int(count))
      let reasons = answers.map { MQTTReason(code: UInt8(truncatingIfNeeded: $0)) }
      EventBox.of(box)?.events.append(.subscribed(messageID: Int(id), reasons))
    }
    mosquitto_message_v5_callback_set(handle) { _, box, message, properties in
      guard let message = message?.pointee else { return }
      EventBox.of(box)?.received(message, PropertyReader(head: properties))
    }
  }

  private func answered(_ code: UInt8, _ flags: CInt, _ properties: PropertyReader) {
    let facts = properties.connectionFacts
    if code == 0 {
      phase = .connected
      events.append(.connected(sessionPresent: flags & 1 == 1, properties: facts))
    } else {
      end(.refused(MQTTReason(connectAnswer: code), properties: facts))
    }
  }

  private func disconnected(_ reason: CInt) {
    if reason >= 0x80 {
      let code = MQTTError.Code.broker(MQTTReason(code: UInt8(truncatingIfNeeded: reason)))
      end(.disconnected(MQTTError(code: code, doing: "MQTT session", peer: peer)))
    } else {
      end(reason, doing: phase == .connecting ? "connecting" : "MQTT session")
    }
  }

  private func received(_ message: mosquitto_message, _ properties: PropertyReader) {
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    events.append(
      .message(
        MQTTReceived(
          topic: String(cString: message.topic), payload: Array(payload),
          qos: MQTTQoS(rawValue: Int(message.qos)) ?? .atMostOnce, retained: message.retain,
          contentType: properties.string(MQTT_PROP_CONTENT_TYPE),
          expiry: properties.int32(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL).map { .seconds(Int($0)) },
          responseTopic: properties.string(MQTT_PROP_RESPONSE_TOPIC),
          correlation: properties.binary(MQTT_PROP_CORRELATION_DATA))))
  }
}
