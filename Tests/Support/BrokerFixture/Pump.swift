import Glibc
package import MQTTClient

/// Runs sessions in one poll loop until one of them says what a test waits for.
package final class Pump {
  package let session: MQTTSession
  package private(set) var events: [MQTTEvent] = []

  package init(_ session: MQTTSession) {
    self.session = session
  }

  package convenience init(_ configuration: MQTTConfiguration, to port: UInt16, will: MQTTWill? = nil) throws
  {
    self.init(try MQTTSession(configuration))
    try session.connect(to: .ip("127.0.0.1", port: port), will: will)
  }

  /// Connects a session of its own and waits for the broker's answer.
  package static func connected(_ clientID: String, to port: UInt16) throws -> Pump {
    let pump = try Pump(MQTTConfiguration(clientID: clientID, cleanStart: true), to: port)
    try pump.wait { if case .connected = $0 { true } else { false } }
    return pump
  }

  /// Returns the first event, from now on, that satisfies the condition.
  @discardableResult
  package func wait(
    seconds: Int = 60, for condition: (MQTTEvent) -> Bool
  ) throws -> MQTTEvent {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      while !events.isEmpty {
        let event = events.removeFirst()
        if condition(event) { return event }
      }
      run()
    }
    throw FixtureError("waited \(seconds) s in vain")
  }

  /// Waits for a message on a topic.
  @discardableResult
  package func message(on topic: String, seconds: Int = 60) throws -> MQTTReceived {
    let event = try wait(seconds: seconds) {
      if case .message(let message) = $0 { message.topic == topic } else { false }
    }
    guard case .message(let message) = event else { throw FixtureError("no message") }
    return message
  }

  /// Subscribes and waits for the broker's answer.
  package func subscribe(_ filter: String) throws {
    let id = try session.subscribe(filter)
    try wait { if case .subscribed(id, _) = $0 { true } else { false } }
  }

  /// Publishes and waits until the broker has acknowledged.
  package func publish(_ message: MQTTMessage) throws {
    let id = try session.publish(message)
    try wait { if case .published(id, _) = $0 { true } else { false } }
  }

  /// What has happened and nobody waited for.
  package func takeEvents() -> [MQTTEvent] {
    defer { events = [] }
    return events
  }

  /// Runs the loop once, for at most 100 ms.
  package func run() { events += session.turn(milliseconds: 100) }
}
