import BrokerFixture
import Foundation
import Ingest
import MQTTClient
import Testing

/// Whether a broker lets anybody in, asked of a real one.
@Suite(.timeLimit(.minutes(1))) struct BrokerDoorTests {
  private static func door(of broker: Broker) throws -> BrokerDoor {
    BrokerDoor(
      of: BrokerAddress(host: "127.0.0.1", port: broker.port), clientID: "collector-door",
      like: MQTTConfiguration(clientID: "collector"))
  }

  private static func connected(_ name: String, to broker: Broker) throws -> Pump? {
    let pump = try Pump(MQTTConfiguration(clientID: name, cleanStart: true), to: broker.port)
    let event = try pump.wait {
      switch $0 {
      case .connected, .disconnected: true
      default: false
      }
    }
    if case .connected = event { return pump }
    return nil
  }

  @Test func `a broker with room lets in, and who is there stays`() async throws {
    let broker = try Broker()
    let session = try Pump.connected("collector", to: broker.port)
    let door = try Self.door(of: broker)
    for _ in 0..<3 { #expect(await door.knock()) }
    try session.subscribe("a")
  }

  @Test func `one that is full does not`() async throws {
    let broker = try Broker("max_connections 1")
    // The one that saw whether the broker listens is counted too, until mosquitto has seen that it is gone. So the place
    // is free for a session sooner or later, and only then the broker is full for good.
    var sessions: [Pump] = []
    var refusals = 0
    while sessions.count < 10, refusals < 100, sessions.isEmpty || refusals < 2 {
      if let next = try Self.connected("gateway-\(sessions.count)", to: broker) {
        sessions.append(next)
        refusals = 0
      } else {
        refusals += 1
      }
    }
    try #require(!sessions.isEmpty && sessions.count < 10)
    let door = try Self.door(of: broker)
    #expect(await door.knock() == false)
    withExtendedLifetime(sessions) {}
  }

  @Test func `nor does one that is gone, or does not answer`() async throws {
    let (silent, port) = try listenOnLoopback()
    defer { close(silent) }
    let door = BrokerDoor(
      of: BrokerAddress(host: "127.0.0.1", port: port), clientID: "door",
      like: MQTTConfiguration(clientID: "collector"))
    #expect(await door.knock() == false)
    let nobody = BrokerDoor(
      of: BrokerAddress(host: "127.0.0.1", port: try freePort()), clientID: "door",
      like: MQTTConfiguration(clientID: "collector"))
    #expect(await nobody.knock() == false)
  }
}
