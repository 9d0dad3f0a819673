import Addresses
import FleetContract
import Glibc
import LinuxIO
import MQTTClient

/// One session with a broker, opened, asked and ended by a command that has nothing else to do.
struct SessionTrial {
  /// What became of opening it.
  enum End {
    case open
    case refused(MQTTReason)
    case ended(MQTTError)
    case silent
  }

  private let target: BrokerTarget
  private let endpoint: Endpoint
  private var session: MQTTSession?
  private var events: [MQTTEvent] = []
  private var messages: [MQTTReceived] = []

  init(_ target: BrokerTarget, _ endpoint: Endpoint) {
    self.target = target
    self.endpoint = endpoint
  }

  /// Opens it as MQTT 5, or, where the broker says that it knows none, as 3.1.1.
  ///
  /// A name of its own: under the agent's, the broker would end the agent's session.
  mutating func open(within patience: Duration) throws(MQTTError) -> End {
    for version in [MQTTVersion.v5, .v311] {
      let end = try open(version, within: patience)
      if case .refused(let reason) = end, reason.isOfVersion, version == .v5 { continue }
      return end
    }
    return .silent
  }

  private mutating func open(_ version: MQTTVersion, within patience: Duration) throws(MQTTError) -> End {
    let name = target.gateway.map(\.description) ?? "kadomori"
    var configuration = MQTTConfiguration(
      clientID: "\(name)-net", cleanStart: true, sessionExpiry: .zero, security: target.security)
    configuration.version = version
    if target.security != nil {
      configuration.userName = target.gateway?.description
      configuration.security?.toleratesEarly = !Clocks.wallIsSynchronised
    }
    let session = try MQTTSession(configuration)
    self.session = session
    events = []
    try session.connect(to: .ip(endpoint.address.description, port: endpoint.port))
    let found = next(within: patience) { event in
      switch event {
      case .connected, .refused, .disconnected: true
      default: false
      }
    }
    switch found {
    case .refused(let reason, _): return .refused(reason)
    case .disconnected(let error): return .ended(error)
    case .connected: return .open
    default: return .silent
    }
  }

  /// The broker's answer to one subscription; `nil` where there is none in time.
  mutating func subscribe(_ filter: String, within patience: Duration) -> MQTTReason? {
    guard let session, let id = try? session.subscribe(filter) else { return nil }
    let answer = next(within: patience) { if case .subscribed(id, _) = $0 { true } else { false } }
    guard case .subscribed(_, let reasons) = answer else { return nil }
    return reasons.first
  }

  /// The broker's answer to an empty retained message; `nil` where there is none in time.
  mutating func publishNothing(on topic: String, within patience: Duration) -> MQTTReason? {
    guard let session,
      let id = try? session.publish(MQTTMessage(topic: topic, payload: [], qos: .atLeastOnce, retain: true))
    else { return nil }
    let answer = next(within: patience) { if case .published(id, _) = $0 { true } else { false } }
    guard case .published(_, let reason) = answer else { return nil }
    return reason
  }

  /// Whether a message like that has come, or comes in time.
  mutating func hears(within patience: Duration, _ isWanted: (MQTTReceived) -> Bool) -> Bool {
    if messages.contains(where: isWanted) { return true }
    let found = next(within: patience) {
      if case .message(let message) = $0 { isWanted(message) } else { false }
    }
    return found != nil
  }

  mutating func close() {
    _ = session?.disconnect()
    session = nil
  }

  /// Runs the session until an event like that; `nil` at the end of the patience, or of the session.
  private mutating func next(within patience: Duration, _ isWanted: (MQTTEvent) -> Bool) -> MQTTEvent? {
    let end = Clocks.sinceBoot + patience
    while let session {
      while !events.isEmpty {
        let event = events.removeFirst()
        if case .message(let message) = event { messages.append(message) }
        if isWanted(event) { return event }
        if case .disconnected = event { return nil }
      }
      let rest = (end - Clocks.sinceBoot).milliseconds
      guard rest > 0 else { return nil }
      guard let number = session.fileDescriptor else {
        events += session.tick()
        if events.isEmpty { Waiting.pause(milliseconds: CInt(clamping: min(rest, 20))) }
        continue
      }
      let interest = POLLIN | (session.wantsWrite ? POLLOUT : 0)
      let ready = Waiting.ready(number, for: Int32(interest), milliseconds: min(rest, 500))
      if ready & Int32(POLLOUT) != 0 { events += session.writable() }
      if ready & ~Int32(POLLOUT) != 0 { events += session.readable() }
      events += session.tick()
    }
    return nil
  }
}
