import CMosquitto
import Glibc

/// A list of MQTT 5 properties, freed when it goes.
struct PropertyList: ~Copyable {
  private(set) var head: OpaquePointer?

  deinit {
    var head = head
    mosquitto_property_free_all(&head)
  }

  mutating func add(byte value: UInt8, _ identifier: mqtt5_property) {
    mosquitto_property_add_byte(&head, CInt(identifier.rawValue), value)
  }

  mutating func add(int16 value: UInt16, _ identifier: mqtt5_property) {
    mosquitto_property_add_int16(&head, CInt(identifier.rawValue), value)
  }

  mutating func add(int32 value: UInt32, _ identifier: mqtt5_property) {
    mosquitto_property_add_int32(&head, CInt(identifier.rawValue), value)
  }

  mutating func add(string value: String, _ identifier: mqtt5_property) {
    mosquitto_property_add_string(&head, CInt(identifier.rawValue), value)
  }

  mutating func add(binary value: [UInt8], _ identifier: mqtt5_property) {
    mosquitto_property_add_binary(
      &head, CInt(identifier.rawValue), value, UInt16(clamping: value.count))
  }

  /// Gives the list away to a call that frees it.
  mutating func release() -> OpaquePointer? {
    defer { head = nil }
    return head
  }

  init() {
    self.head = nil
  }

  /// The properties every published message has.
  init(of message: MQTTMessage) {
    self.init()
    if let type = message.contentType { add(string: type, MQTT_PROP_CONTENT_TYPE) }
    if let expiry = message.expiry { add(int32: expiry.mqttSeconds, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL) }
    if let topic = message.responseTopic { add(string: topic, MQTT_PROP_RESPONSE_TOPIC) }
    if let data = message.correlation { add(binary: data, MQTT_PROP_CORRELATION_DATA) }
  }
}

/// Reads properties a callback was given; valid only inside that callback.
struct PropertyReader {
  let head: OpaquePointer?

  func int16(_ identifier: mqtt5_property) -> UInt16? {
    var value: UInt16 = 0
    return mosquitto_property_read_int16(head, CInt(identifier.rawValue), &value, false) == nil ? nil : value
  }

  func int32(_ identifier: mqtt5_property) -> UInt32? {
    var value: UInt32 = 0
    return mosquitto_property_read_int32(head, CInt(identifier.rawValue), &value, false) == nil ? nil : value
  }

  func string(_ identifier: mqtt5_property) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    defer { free(value) }
    guard mosquitto_property_read_string(head, CInt(identifier.rawValue), &value, false) != nil, let value
    else { return nil }
    return String(cString: value)
  }

  func binary(_ identifier: mqtt5_property) -> [UInt8]? {
    var value: UnsafeMutableRawPointer?
    var count: UInt16 = 0
    defer { free(value) }
    guard mosquitto_property_read_binary(head, CInt(identifier.rawValue), &value, &count, false) != nil
    else { return nil }
    return Array(UnsafeRawBufferPointer(start: value, count: Int(count)))
  }

  var connectionFacts: MQTTConnectionFacts {
    MQTTConnectionFacts(
      reasonText: string(MQTT_PROP_REASON_STRING),
      serverReference: string(MQTT_PROP_SERVER_REFERENCE),
      serverKeepAlive: int16(MQTT_PROP_SERVER_KEEP_ALIVE).map { .seconds(Int($0)) },
      sessionExpiry: int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL).map { .seconds(Int($0)) })
  }
}
