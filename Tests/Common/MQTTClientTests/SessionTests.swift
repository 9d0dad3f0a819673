import BrokerFixture
import Glibc
import MQTTClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct SessionTests {
  @Test func `publishes and receives with all properties`() throws {
    let broker = try Broker()
    let pump = try Pump.connected("a", to: broker.port)
    try pump.subscribe("x/#")
    let message = MQTTMessage(
      topic: "x/1", payload: Array("{}".utf8), contentType: "application/json", expiry: .seconds(100),
      responseTopic: "x/answer", correlation: [0, 1, 2])
    try pump.session.publish(message)
    let received = try pump.message(on: "x/1")
    #expect(received.payload == message.payload)
    #expect(received.qos == .atLeastOnce)
    #expect(!received.retained)
    #expect(received.contentType == "application/json")
    #expect(received.responseTopic == "x/answer")
    #expect(received.correlation == [0, 1, 2])
    #expect(received.expiry.map { $0 > .seconds(90) && $0 <= .seconds(100) } == true)
  }

  /// A collector that subscribes with every session is not sent the states of all gateways with every session.
  @Test func `what is retained comes once for a subscription that the broker knows`() throws {
    let broker = try Broker()
    let pump = try Pump.connected("a", to: broker.port)
    try pump.publish(MQTTMessage(topic: "r/kept", payload: [0x2e], retain: true))
    func heard(once: Bool) throws -> [String] {
      try pump.session.subscribe("r/#", retainedOnce: once)
      try pump.session.publish(MQTTMessage(topic: "r/end", payload: []))
      var topics: [String] = []
      while topics.last != "r/end" {
        try pump.wait {
          if case .message(let message) = $0 { topics.append(message.topic) }
          return !topics.isEmpty
        }
      }
      return topics
    }
    #expect(try heard(once: true) == ["r/kept", "r/end"])
    #expect(try heard(once: true) == ["r/end"])
    #expect(try heard(once: false) == ["r/kept", "r/end"])
  }

  @Test func `an empty payload arrives as one`() throws {
    let broker = try Broker()
    let pump = try Pump.connected("a", to: broker.port)
    try pump.subscribe("x")
    try pump.session.publish(MQTTMessage(topic: "x", payload: []))
    #expect(try pump.message(on: "x").payload.isEmpty)
  }

  /// The broker must get the session expiry with the CONNECT: without it a Will is published at once.
  @Test func `the Will waits for its delay`() throws {
    let broker = try Broker()
    let watcher = try Pump.connected("watcher", to: broker.port)
    try watcher.subscribe("w")
    let will = MQTTWill(MQTTMessage(topic: "w", payload: Array("gone".utf8)), delay: .seconds(2))
    let dying = try Pump(MQTTConfiguration(clientID: "dying"), to: broker.port, will: will)
    try dying.wait { if case .connected = $0 { true } else { false } }
    let descriptor = try #require(dying.session.fileDescriptor)
    let start = ContinuousClock.now
    shutdown(descriptor, CInt(SHUT_RDWR))
    let event = try dying.wait { if case .disconnected = $0 { true } else { false } }
    guard case .disconnected(let error) = event else { return }
    #expect(error.code == .lost)
    #expect(try watcher.message(on: "w").payload == Array("gone".utf8))
    #expect(ContinuousClock.now - start > .seconds(1))
  }

  @Test func `the broker keeps a session and what came in between`() throws {
    let broker = try Broker()
    let configuration = MQTTConfiguration(clientID: "keeper", sessionExpiry: .seconds(600))
    let keeper = try Pump(configuration, to: broker.port)
    let first = try keeper.wait { if case .connected = $0 { true } else { false } }
    guard case .connected(sessionPresent: false, _) = first else {
      Issue.record("a session nobody had begun is present")
      return
    }
    try keeper.subscribe("k")
    #expect(keeper.session.disconnect().contains { if case .disconnected = $0 { true } else { false } })
    #expect(keeper.session.fileDescriptor == nil)
    try Pump.connected("other", to: broker.port).publish(MQTTMessage(topic: "k", payload: [7]))
    try keeper.session.connect(to: .ip("127.0.0.1", port: broker.port))
    let second = try keeper.wait { if case .connected = $0 { true } else { false } }
    guard case .connected(sessionPresent: true, _) = second else {
      Issue.record("the session was lost")
      return
    }
    #expect(try keeper.message(on: "k").payload == [7])
  }

  @Test func `receives what is larger than the contract, but not without a bound`() throws {
    let broker = try Broker()
    let pump = try Pump.connected("a", to: broker.port)
    try pump.subscribe("big/#")
    try pump.session.publish(MQTTMessage(topic: "big/dropped", payload: Array(repeating: 1, count: 3 << 20)))
    try pump.session.publish(MQTTMessage(topic: "big/seen", payload: Array(repeating: 1, count: 1 << 20)))
    #expect(try pump.message(on: "big/seen").payload.count == 1 << 20)
    let dropped = try? pump.message(on: "big/dropped", seconds: 1)
    #expect(dropped == nil)
  }

  @Test func `nothing is queued without a connection`() throws {
    let session = try MQTTSession(MQTTConfiguration(clientID: "a"))
    #expect(throws: MQTTError.self) { try session.publish(MQTTMessage(topic: "x", payload: [])) }
    #expect(session.tick().isEmpty)
    #expect(session.fileDescriptor == nil)
  }
}
