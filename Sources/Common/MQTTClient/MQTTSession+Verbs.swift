import CMosquitto

extension MQTTSession {
  /// Publishes a message and returns its id, which `published` will name.
  ///
  /// Throws `notConnected` without a connection rather than queue without a bound; the caller keeps what
  /// it must not lose. What happens during the call is returned by the next call of the loop.
  @discardableResult
  package func publish(_ message: MQTTMessage) throws(MQTTError) -> Int {
    try requireConnection("publishing")
    let properties = properties(of: message)
    var id: CInt = 0
    try check(
      mosquitto_publish_v5(
        handle, &id, message.topic, CInt(message.payload.count), message.payload,
        CInt(message.qos.rawValue), message.retain, properties.head),
      "publishing")
    return Int(id)
  }

  /// Subscribes to one filter and returns the id `subscribed` will name.
  ///
  /// Retained messages are sent again at every subscription, unless the filter is a shared one; with
  /// `retainedOnce` only where the broker does not know the subscription (MQTT 5, section 3.8.3.1).
  @discardableResult
  package func subscribe(
    _ filter: String, qos: MQTTQoS = .atLeastOnce, retainedOnce: Bool = false
  ) throws(MQTTError) -> Int {
    try requireConnection("subscribing")
    let options = retainedOnce ? MQTT_SUB_OPT_SEND_RETAIN_NEW : MQTT_SUB_OPT_SEND_RETAIN_ALWAYS
    var id: CInt = 0
    try check(
      mosquitto_subscribe_v5(handle, &id, filter, CInt(qos.rawValue), CInt(options.rawValue), nil),
      "subscribing")
    return Int(id)
  }

  /// Ends the connection in order; the broker drops the Will unless asked to publish it.
  ///
  /// Returns everything up to `disconnected`. What was published before it is written first where the
  /// socket takes it; a caller that must know waits for `published` before it disconnects.
  package func disconnect(publishingWill: Bool = false) -> [MQTTEvent] {
    guard box.phase != .idle else { return box.take() }
    let reason = publishingWill ? MQTT_RC_DISCONNECT_WITH_WILL_MSG : MQTT_RC_NORMAL_DISCONNECTION
    _ = mosquitto_disconnect_v5(handle, CInt(reason.rawValue), nil)
    box.end(0, doing: "MQTT session")
    return box.take()
  }

  private func requireConnection(_ doing: String) throws(MQTTError) {
    guard isConnected else { throw MQTTError(code: .notConnected, doing: doing, peer: box.peer) }
  }
}
