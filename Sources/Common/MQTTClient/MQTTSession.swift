import CMosquitto
import Glibc

/// One MQTT session over libmosquitto, driven by the caller's poll loop.
///
/// It keeps no thread, no timer and no reconnect policy. The caller polls `fileDescriptor` for reading,
/// and for writing while `wantsWrite`; calls `readable()` and `writable()` when poll says so (also for
/// errors and hang-ups) and `tick()` at least once a second; and acts on the events they return. After
/// `refused` or `disconnected` the same value connects again, when the caller decides to.
///
/// Belongs to one thread. The first session makes the process ignore `SIGPIPE`.
package final class MQTTSession {
  let handle: OpaquePointer
  let box: EventBox
  private let configuration: MQTTConfiguration
  private let tls: TLSContext?

  /// libmosquitto asks for one call per process, before any other.
  ///
  /// It writes to sockets whose other end may be gone, so `SIGPIPE` must not end the process.
  private static let library: CInt = {
    signal(SIGPIPE, SIG_IGN)
    return mosquitto_lib_init()
  }()

  package init(_ configuration: MQTTConfiguration) throws(MQTTError) {
    let box = EventBox()
    var tls: TLSContext?
    if let security = configuration.security { tls = try TLSContext(security) }
    guard Self.library == 0,
      let handle = mosquitto_new(
        configuration.clientID, configuration.cleanStart, Unmanaged.passUnretained(box).toOpaque())
    else { throw MQTTError(code: .outOfMemory, doing: "creating the MQTT session", peer: "") }
    self.handle = handle
    self.box = box
    self.configuration = configuration
    self.tls = tls
    EventBox.register(on: handle)
    try option(MOSQ_OPT_PROTOCOL_VERSION, hasProperties ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311)
    try option(MOSQ_OPT_TCP_NODELAY, 1)
    try option(MOSQ_OPT_RECEIVE_MAXIMUM, CInt(configuration.receiveMaximum))
    try option(MOSQ_OPT_SEND_MAXIMUM, CInt(configuration.receiveMaximum))
    try check(
      mosquitto_username_pw_set(handle, configuration.userName, configuration.password),
      "setting the user name")
    try tls?.apply(to: handle, box)
  }

  deinit { mosquitto_destroy(handle) }

  private func option(_ option: mosq_opt_t, _ value: CInt) throws(MQTTError) {
    try check(mosquitto_int_option(handle, option, value), "preparing the MQTT session")
  }

  func check(_ result: CInt, _ doing: String) throws(MQTTError) {
    guard result == CInt(MOSQ_ERR_SUCCESS.rawValue) else {
      throw MQTTError(result, doing: doing, peer: box.peer)
    }
  }

  var usesTLS: Bool { tls != nil }

  private var hasProperties: Bool { configuration.version == .v5 }

  /// The properties of a message, where the protocol has any.
  func properties(of message: MQTTMessage) -> PropertyList {
    hasProperties ? PropertyList(of: message) : PropertyList()
  }

  /// A Boolean value indicating whether the broker has accepted the connection.
  package var isConnected: Bool { box.phase == .connected }

  /// Begins to connect, without waiting: `connected`, `refused` or `disconnected` will follow.
  ///
  /// Throws only for what trying again cannot help: an argument, a file, memory.
  /// What an earlier connection left unacknowledged is sent again by libmosquitto itself.
  package func connect(to endpoint: MQTTEndpoint, will: MQTTWill? = nil) throws(MQTTError) {
    box.peer = endpoint.description
    try tls?.expect(endpoint)
    try set(will)
    if hasProperties { try storeConnectProperties() }
    box.isReachable = false
    box.remark = nil
    box.phase = .connecting
    let result = mosquitto_connect_async(handle, endpoint.address, CInt(endpoint.port), keepAlive)
    guard result == 0 else {
      let error = box.error(result, doing: "connecting")
      switch error.code {
      case .network, .lost, .timeout, .tls: return box.end(.disconnected(error))
      default: box.phase = .idle
      }
      throw error
    }
  }

  private var keepAlive: CInt { CInt(clamping: max(5, configuration.keepAlive.components.seconds)) }

  private func set(_ will: MQTTWill?) throws(MQTTError) {
    mosquitto_will_clear(handle)
    guard let will else { return }
    let message = will.message
    guard message.payload.count <= UInt16.max else {
      throw MQTTError(code: .tooLarge, doing: "setting the Will", peer: box.peer)
    }
    var properties = properties(of: message)
    if hasProperties { properties.add(int32: will.delay.mqttSeconds, MQTT_PROP_WILL_DELAY_INTERVAL) }
    // libmosquitto owns the properties from here, but only if the call succeeds.
    let list = properties.release()
    let result = mosquitto_will_set_v5(
      handle, message.topic, CInt(message.payload.count), message.payload, CInt(message.qos.rawValue),
      message.retain, list)
    if result != 0 {
      var list = list
      mosquitto_property_free_all(&list)
    }
    try check(result, "setting the Will")
  }

  /// Gives libmosquitto the properties of CONNECT for the connection that follows.
  ///
  /// Only the blocking call of libmosquitto 2.0 takes them. Without a host that call fails as invalid
  /// before it opens a socket, but after it has stored the properties, and connecting without blocking
  /// then sends what is stored.
  private func storeConnectProperties() throws(MQTTError) {
    var properties = PropertyList()
    properties.add(int32: configuration.sessionExpiry.mqttSeconds, MQTT_PROP_SESSION_EXPIRY_INTERVAL)
    properties.add(int16: configuration.receiveMaximum, MQTT_PROP_RECEIVE_MAXIMUM)
    properties.add(int32: UInt32(clamping: configuration.maximumPacketSize), MQTT_PROP_MAXIMUM_PACKET_SIZE)
    properties.add(byte: 1, MQTT_PROP_REQUEST_PROBLEM_INFORMATION)
    let result = mosquitto_connect_bind_v5(handle, nil, 0, keepAlive, nil, properties.head)
    guard result == CInt(MOSQ_ERR_INVAL.rawValue) else {
      throw MQTTError(code: .library(result), doing: "storing the CONNECT properties", peer: box.peer)
    }
  }
}
