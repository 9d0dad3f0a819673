import BrokerFixture
import Glibc
import MQTTClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectTests {
  /// A peer that reads the CONNECT and says nothing: the bytes on the wire, and proof that connecting
  /// does not wait.
  @Test func `sends the properties of CONNECT without blocking`() throws {
    let (listener, port) = try listenOnLoopback()
    defer { close(listener) }
    let pump = try Pump(
      MQTTConfiguration(clientID: "gw", sessionExpiry: .seconds(0x0102_0304), keepAlive: .seconds(60)),
      to: port, will: MQTTWill(MQTTMessage(topic: "w", payload: [0x21], retain: true), delay: .seconds(60)))
    let peer = accept(listener, nil, nil)
    defer { close(peer) }
    for _ in 0..<3 { pump.run() }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(peer, &bytes, bytes.count)
    let expected: [UInt8] =
      [0x10, 42] + [0, 4] + Array("MQTT".utf8) + [5]
      // Flags: Will, QoS 1, retained; then keep-alive.
      + [0x2c, 0, 60]
      // Session expiry, receive maximum, maximum packet size, request problem information.
      + [15, 0x11, 1, 2, 3, 4, 0x21, 0, 20, 0x27, 0, 0x20, 0, 0, 0x17, 1]
      + [0, 2] + Array("gw".utf8)
      // Will: delay, topic, payload.
      + [5, 0x18, 0, 0, 0, 60, 0, 1, 0x77, 0, 1, 0x21]
    #expect(Array(bytes.prefix(max(count, 0))) == expected)
    #expect(!pump.session.isConnected)
  }

  @Test(arguments: [false, true]) func `says when nobody listens`(tls: Bool) throws {
    let port = try freePort()
    let security = tls ? MQTTSecurity() : nil
    let pump = try Pump(MQTTConfiguration(clientID: "a", security: security), to: port)
    let event = try pump.wait { if case .disconnected = $0 { true } else { false } }
    guard case .disconnected(let error) = event else { return }
    #expect(error.code == .network(errno: ECONNREFUSED))
    #expect(error.description.contains("127.0.0.1:\(port)"))
  }

  @Test func `reports a refusal once, with its reason`() throws {
    let broker = try Broker(listener: { port, _ in "listener \(port) 127.0.0.1\nallow_anonymous false\n" })
    let pump = try Pump(MQTTConfiguration(clientID: "a", userName: "u", password: "wrong"), to: broker.port)
    let event = try pump.wait { if case .refused = $0 { true } else { false } }
    guard case .refused(let reason, _) = event else { return }
    #expect(reason.deniesUs)
    #expect(pump.session.fileDescriptor == nil)
    #expect(pump.session.tick().isEmpty)
    // The same session may try again.
    try pump.session.connect(to: .ip("127.0.0.1", port: broker.port))
    try pump.wait { if case .refused = $0 { true } else { false } }
  }

  @Test func `something that is no broker is a protocol error`() throws {
    let (listener, port) = try listenOnLoopback()
    defer { close(listener) }
    let pump = try Pump(MQTTConfiguration(clientID: "a"), to: port)
    let peer = accept(listener, nil, nil)
    defer { close(peer) }
    let page = "HTTP/1.1 400 Bad Request\r\n\r\n" + String(repeating: "x", count: 200)
    write(peer, page, page.utf8.count)
    let event = try pump.wait { if case .disconnected = $0 { true } else { false } }
    guard case .disconnected(let error) = event else { return }
    #expect(error.code == .protocolViolation)
  }

  /// mosquitto 2.0.11 closes without a word where others say why, so the peer here is scripted.
  @Test func `passes on the reason the broker gives`() throws {
    let (listener, port) = try listenOnLoopback()
    defer { close(listener) }
    let pump = try Pump(MQTTConfiguration(clientID: "a"), to: port)
    let peer = accept(listener, nil, nil)
    defer { close(peer) }
    let answer: [UInt8] = [0x20, 3, 0, 0, 0]
    write(peer, answer, answer.count)
    try pump.wait { if case .connected = $0 { true } else { false } }
    let takenOver: [UInt8] = [0xe0, 2, 0x8e, 0]
    write(peer, takenOver, takenOver.count)
    let event = try pump.wait { if case .disconnected = $0 { true } else { false } }
    guard case .disconnected(let error) = event else { return }
    #expect(error.code == .broker(MQTTReason(code: 0x8e)))
  }

  @Test func `reconnects after the broker was killed`() throws {
    let broker = try Broker()
    let pump = try Pump.connected("a", to: broker.port)
    broker.crash()
    try pump.wait { if case .disconnected = $0 { true } else { false } }
    try broker.restart()
    try pump.session.connect(to: .ip("127.0.0.1", port: broker.port))
    try pump.wait { if case .connected = $0 { true } else { false } }
  }
}
