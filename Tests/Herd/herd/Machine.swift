import Glibc
import MQTTClient
import Stagger

/// How a machine decides when to try.
enum Manner: String, CaseIterable {
  /// The agent's code: slot, virtual clock, retry windows.
  case kadomori
  /// libmosquitto 2.0 as it comes: at once, then again a second after every failure (`reconnect_delay`, lib/loop.c).
  case libmosquitto
}

/// One gateway's connection: the agent's session and its policy, without all that an agent has besides.
final class Machine {
  let number: Int
  private let manner: Manner
  private let session: MQTTSession
  private let endpoint: MQTTEndpoint
  private var reconnection: Reconnection
  private var numbers: SystemRandomNumberGenerator
  private let patience: Duration
  private(set) var isConnected = false
  private(set) var attempts = 0
  private(set) var failures = 0
  /// When the attempt under way began; `nil` while none is.
  private(set) var attemptedAt: Duration?

  /// Agents give an attempt up after this long.
  static let agentPatience: Duration = .seconds(30)

  init(_ number: Int, _ manner: Manner, _ plan: HerdPlan, _ place: HerdPlace) throws {
    self.number = number
    self.manner = manner
    // libmosquitto gives up when the broker has been silent for one and a half times the keepalive.
    patience = manner == .kadomori ? Self.agentPatience : .seconds(90)
    endpoint = .ip("127.0.0.1", port: place.port)
    let name = "herd-\(number)"
    session = try MQTTSession(
      MQTTConfiguration(clientID: name, cleanStart: true, sessionExpiry: .zero, security: place.security))
    let policy = plan.policy
    // One in a hundred is critical, as the policy says.
    let kind: GatewayClass = number % 100 == 0 ? .critical : .normal
    let slot = Slot(secret: plan.secret, gateway: Array(name.utf8), epoch: policy.epoch)
    reconnection = Reconnection(policy: policy, slot: slot, kind: kind)
    numbers = SystemRandomNumberGenerator()
  }

  /// The power is back: says when to try.
  func begin(now: Duration) -> Duration {
    switch manner {
    case .kadomori: reconnection.begin(powerLost: true, now: now).at
    case .libmosquitto: now
    }
  }

  /// Tries; what comes of it comes as events.
  func attempt(now: Duration) throws -> [MQTTEvent] {
    if manner == .kadomori { reconnection.release() }
    attempts += 1
    attemptedAt = now
    let topic = "kadomori/v1/herd-\(number)/status"
    let will = MQTTWill(MQTTMessage(topic: topic, payload: Self.payload, retain: true), delay: .seconds(60))
    try session.connect(to: endpoint, will: will)
    return session.tick()
  }

  /// As large as a real birth.
  private static let payload = [UInt8](repeating: 0x2e, count: 240)

  var descriptor: CInt? { session.fileDescriptor }
  var wantsWrite: Bool { session.wantsWrite }

  func ready(reading: Bool, writing: Bool) -> [MQTTEvent] {
    var events: [MQTTEvent] = []
    if writing { events += session.writable() }
    if reading, session.fileDescriptor != nil { events += session.readable() }
    return events
  }

  /// Keeps the session alive, and gives up an attempt that takes too long.
  func tick(now: Duration) -> (events: [MQTTEvent], isLate: Bool) {
    if let attemptedAt, now - attemptedAt > patience {
      _ = session.disconnect()
      return ([], true)
    }
    return (session.tick(), false)
  }

  /// There is a session: says what an agent says then.
  func connected() {
    isConnected = true
    attemptedAt = nil
    reconnection.connected()
    for filter in ["ack", "cmd/+/+", "note/+"] {
      _ = try? session.subscribe("kadomori/v1/herd-\(number)/\(filter)")
    }
    _ = try? session.publish(
      MQTTMessage(topic: "kadomori/v1/herd-\(number)/status", payload: Self.payload, retain: true))
  }

  /// No session, or none any more: says when to try again.
  func failed(_ failure: ConnectFailure, now: Duration) -> Duration {
    isConnected = false
    failures += 1
    attemptedAt = nil
    guard manner == .kadomori else { return now + .seconds(1) }
    return reconnection.failed(failure, lasted: nil, now: now, draw: .random(in: 0...1, using: &numbers)).at
  }

  func end() { _ = session.disconnect() }
}
