import FleetContract
import LinuxIO
import MQTTClient
package import Outbox
package import Stagger

/// Keeps a session with the broker and hands over what the outbox holds.
package final class Uplink {
  /// What the uplink asks of the agent, and tells it.
  struct Agent {
    /// The message that says we are here, first in every session.
    ///
    /// `isReturn` tells that this uplink has had a session before.
    var birth: (_ birth: Int64, _ isReturn: Bool) -> MQTTMessage?
    /// The message the broker publishes when we are lost.
    var will: (_ birth: Int64) -> MQTTMessage?
    /// The number of the next session: survives restarts, so that a late Will is known as one.
    var nextBirth: () -> Int64
    var outbox: () -> Outbox
    var acknowledged: (AckBody) -> Void
    /// Something came on a topic for commands.
    var commanded: (CommandReceiver.Arrival) -> Void
    /// A session began; `isNew` when the broker knows nothing of an earlier one.
    var connected: (_ isNew: Bool) -> Void
    /// An attempt, or a session, has failed.
    var failed: () -> Void
    /// Something that a person may want to read.
    var note: (_ isProblem: Bool, _ text: String) -> Void
  }

  /// How hard it tries.
  package struct Tempo {
    package var pace = Sending.Pace()
    package var retry = RetryDelay()
    /// When it may go on line.
    package var entry = Entry()

    package init() {}
  }

  private let gateway: GatewayID
  private let broker: Destination
  private let loop: EventLoop
  private let agent: Agent
  private let resolver: Resolver
  private var session: MQTTSession?
  private var watch: EventLoop.Token?
  private var watched: CInt?
  private var ticker: EventLoop.Token?
  private var retry: EventLoop.Token?
  private var settling: EventLoop.Token?
  private let entry: Entry
  private var reconnection: Reconnection
  private var connectedAt: Duration?
  private var attemptedAt: Duration = .zero
  private var birth: Int64 = 0
  private var hadSession = false
  /// The version of MQTT for the next attempt.
  private var version = MQTTVersion.v5
  /// Attempts in a row that a broker let wait until we gave up.
  private var unanswered = 0
  private var sending: Sending
  private var sender: EventLoop.Token?
  /// The collectors that say they are there to store.
  private var collectors: Set<TopicName> = []
  /// Message ids that the broker has not confirmed.
  private var unconfirmed: Set<Int> = []
  private(set) var state = StatusDocument.Link.resolving
  private(set) var problem: String?
  private(set) var retryAt: Duration?
  /// Why it waits as long as it does.
  private(set) var waitsFor = Reconnection.Reason.none

  /// An attempt that has brought no session after this long is given up.
  private static let patience: Duration = .seconds(30)
  /// Records under way at once, below the receive maximum of the session.
  private static let window = 16

  init(
    gateway: GatewayID, broker: Destination, loop: EventLoop, tempo: Tempo, agent: Agent
  ) {
    self.gateway = gateway
    self.broker = broker
    self.loop = loop
    self.agent = agent
    sending = Sending(tempo.pace)
    entry = tempo.entry
    reconnection = tempo.entry.reconnection(tempo.retry)
    resolver = Resolver(loop: loop)
    entry.desk?.changed = { [weak self] in self?.paced($0) }
  }

  var isConnected: Bool { state == .connected }

  var address: String { "\(broker.host):\(broker.port)" }

  /// Begins: at once, or in our slot where power was lost.
  func begin() {
    let plan = reconnection.begin(powerLost: entry.powerLost, holdBegan: entry.holdBegan, now: loop.now)
    plan.at > loop.now ? hold(plan) : start()
    keep()
  }

  /// Attempts now, whatever it waits for: the owner does not want to wait.
  func connectNow() {
    guard state == .waiting || state == .holding else { return }
    loop.cancel(retry)
    reconnection.release()
    start()
    keep()
  }

  /// Waits for our slot before an attempt.
  private func hold(_ plan: Reconnection.Plan) {
    wait(plan)
    state = .holding
    agent.note(false, plan.announcement(now: loop.now))
    entry.desk?.ask()
  }

  /// The provider publishes another policy or speed, or `nil`, none any more.
  private func paced(_ document: PolicyDocument?) {
    let other = document.map {
      ReconnectPolicy(windowSeconds: Double($0.windowSeconds), speed: $0.speed)
    }
    if state == .holding, let plan = reconnection.follow(other, now: loop.now) {
      wait(plan)
      agent.note(false, plan.announcement(now: loop.now))
    }
    adoptPolicy()
  }

  /// Has the next hold go by what is on disk now.
  private func adoptPolicy() {
    guard let file = entry.desk?.file else { return }
    reconnection.adopt(file.policy, slot: entry.place(file.policy.epoch), kind: file.kind)
  }

  private func wait(_ plan: Reconnection.Plan) {
    loop.cancel(retry)
    retryAt = plan.at
    waitsFor = plan.reason
    retry = loop.after(max(.zero, plan.at - loop.now)) { [weak self] in
      guard let self else { return }
      if plan.isHold { reconnection.release() }
      start()
      keep()
    }
  }

  /// Has what a restart should go on with brought to the disk.
  private func keep() { entry.keep(reconnection.kept) }

  /// Begins an attempt to connect.
  private func start() {
    entry.desk?.rest()
    birth = agent.nextBirth()
    retryAt = nil
    state = .resolving
    resolver.resolve(broker.host) { [weak self] address in
      guard let self else { return }
      guard let address else {
        return failed(
          "no address found for \(broker.host); check its spelling and this machine's DNS", .nowhere)
      }
      let plan = reconnection.found(now: loop.now)
      guard plan.at <= loop.now else {
        hold(plan)
        return keep()
      }
      connect(to: address)
    }
  }

  /// Hands over what is due of the outbox, within the window and at its pace.
  func flush() {
    loop.cancel(sender)
    guard isConnected, let session else { return }
    let outbox = agent.outbox()
    let numbers = sending.next(
      from: outbox, now: loop.now, isCollectorOnline: !collectors.isEmpty,
      limit: Self.window - unconfirmed.count, draw: { Double.random(in: 0...1) })
    let records = Dictionary(outbox.records.map { ($0.sequence, $0) }) { first, _ in first }
    for record in numbers.compactMap({ records[$0] }) {
      guard let message = MQTTMessage(record) else { continue }
      do throws(MQTTError) {
        unconfirmed.insert(try session.publish(message))
      } catch {
        // It is under way for the outbox, and so sent again after a while.
        agent.note(true, "record \(record.sequence) stays in the outbox: \(error)")
        break
      }
    }
    if let time = sending.wakeAt {
      sender = loop.after(max(.milliseconds(1), time - loop.now)) { [weak self] in self?.flush() }
    }
    adjustWatch()
  }

  /// Has the broker forget what it keeps on a topic; without a session there is nobody to ask.
  func clear(_ topic: Topic) {
    guard isConnected, let session else { return }
    _ = try? session.publish(MQTTMessage(topic: topic, payload: [], contentType: nil))
    adjustWatch()
  }

  /// Says goodbye and ends the session.
  func stop(farewell: MQTTMessage?) {
    entry.desk?.rest()
    loop.cancel(retry)
    guard isConnected, let session else { return drop() }
    if let farewell { _ = try? session.publish(farewell) }
    _ = session.disconnect()
    drop()
  }

  // MARK: - One attempt

  private func connect(to address: String) {
    do throws(MQTTError) {
      // A new value for every attempt: the outbox decides what is sent again, not the library's queue.
      // An older broker loses what rides in properties, and no facts: these are in the payloads.
      var configuration = MQTTConfiguration(
        clientID: gateway.description, sessionExpiry: .seconds(3600), security: broker.security)
      configuration.version = version
      if broker.security != nil {
        // What brokers that take no user name from the certificate look for rights under.
        configuration.userName = gateway.description
        configuration.security?.toleratesEarly = !Clocks.wallIsSynchronised
      }
      let session = try MQTTSession(configuration)
      self.session = session
      state = .connecting
      attemptedAt = loop.now
      try session.connect(
        to: .ip(address, port: broker.port),
        will: agent.will(birth).map { MQTTWill($0, delay: Delivery.willDelay) })
      tick()
    } catch {
      failed("\(error)", ConnectFailure(error))
    }
  }

  private func tick() {
    loop.cancel(ticker)
    guard let session else { return }
    ticker = loop.after(.seconds(1)) { [weak self] in self?.tick() }
    if state == .connecting, loop.now - attemptedAt > Self.patience {
      unanswered += 1
      // Once it may be slow; a broker that waits for the rest of what it misreads is so every time.
      if unanswered % 2 == 0 { tryOtherVersion() }
      return failed(
        "broker \(broker.host):\(broker.port) did not answer within \(Self.patience)", .unreachable)
    }
    handle(session.tick())
  }

  private func adjustWatch() {
    guard let session, let descriptor = session.fileDescriptor else {
      loop.cancel(watch)
      watched = nil
      return
    }
    let interest: EventLoop.Interest = session.wantsWrite ? [.read, .write] : .read
    if watched == descriptor, let watch { return loop.change(watch, to: interest) }
    loop.cancel(watch)
    watched = descriptor
    watch = loop.watch(borrowed: descriptor, for: interest) { [weak self] ready in
      guard let self, let session = self.session else { return }
      if ready.contains(.write) { handle(session.writable()) }
      if ready.contains(.read), self.session === session { handle(session.readable()) }
    }
  }

  private func handle(_ events: [MQTTEvent]) {
    for event in events {
      switch event {
      case .connected(let sessionPresent, _): connected(isNew: !sessionPresent)
      case .refused(let reason, let facts):
        if reason.isOfVersion { tryOtherVersion() }
        return failed(
          "the broker refused us: \(reason)\(facts.reasonText.map { " (\($0))" } ?? "")",
          ConnectFailure(reason))
      case .disconnected(let error):
        // Some brokers end the connection of a version they do not know without a word.
        if state == .connecting, error.code == .lost || error.code == .protocolViolation { tryOtherVersion() }
        return failed("\(error)", ConnectFailure(error))
      case .message(let message): received(message)
      case .published(let id, let reason):
        unconfirmed.remove(id)
        if reason.isError { agent.note(true, "the broker threw a message away: \(reason)") }
        flush()
      case .subscribed: break
      }
    }
    adjustWatch()
  }

  private func tryOtherVersion() { version = version == .v5 ? .v311 : .v5 }

  private func connected(isNew: Bool) {
    state = .connected
    problem = nil
    unanswered = 0
    connectedAt = loop.now
    reconnection.connected()
    // Who we are and that power was lost is said at once; all else is no hurry.
    let spread = reconnection.spread
    adoptPolicy()
    keep()
    settling = loop.after(ReconnectPolicy.stable) { [weak self] in
      self?.reconnection.settled()
      self?.keep()
    }
    sending.restart()
    sending.hush(until: loop.now + spread * Double.random(in: 0...1))
    collectors = []
    unconfirmed = []
    let old = version == .v5 ? "" : ", which speaks MQTT \(version.rawValue) only"
    // It may have learnt by the next time.
    version = .v5
    agent.note(false, "connected to the broker at \(broker.host):\(broker.port)\(old)")
    for filter in TopicFilter.gateway(gateway, group: broker.group) {
      _ = try? session?.subscribe(filter.description)
    }
    if let message = agent.birth(birth, hadSession) { _ = try? session?.publish(message) }
    hadSession = true
    agent.connected(isNew)
    flush()
  }

  private func received(_ message: MQTTReceived) {
    switch Topic(message.topic) {
    case .gateway(gateway, .ack):
      guard let ack = try? Envelope<AckBody>(payload: message.payload, from: gateway) else { return }
      agent.acknowledged(ack.body)
    case .gateway(gateway, .command(let verb, let id)):
      agent.commanded(
        CommandReceiver.Arrival(verb: verb, id: id, payload: message.payload, retained: message.retained))
    case .gateway(gateway, .note(let id)): entry.noted(id, message.payload)
    case .policy: entry.desk?.heard(message.payload, by: .broker)
    case .profiles: entry.bundles?.heard(message.payload)
    case .collectorStatus(let collector):
      guard let status = try? CollectorStatus(payload: message.payload) else { return }
      guard status.online else {
        collectors.remove(collector)
        return
      }
      collectors.insert(collector)
      // One that has come on line may have missed what was sent before it did.
      if !message.retained { sending.restart() }
      flush()
    default: break
    }
  }

  private func failed(_ text: String, _ failure: ConnectFailure) {
    let lasted = connectedAt.map { loop.now - $0 }
    drop()
    let plan = reconnection.failed(
      failure, lasted: lasted, now: loop.now, draw: Double.random(in: 0...1))
    problem = text
    state = .waiting
    agent.note(true, "\(text) Next attempt in \((plan.at - loop.now).milliseconds / 1000) s.")
    wait(plan)
    keep()
    agent.failed()
  }

  private func drop() {
    loop.cancel(watch)
    loop.cancel(ticker)
    loop.cancel(sender)
    loop.cancel(settling)
    watched = nil
    session = nil
    connectedAt = nil
    retryAt = nil
  }
}

extension MQTTMessage {
  /// Dresses a topic of the contract with its delivery; `nil` for a topic that is none.
  init(topic: Topic, payload: [UInt8], contentType: String?) {
    let delivery = topic.delivery
    var expiry: Duration?
    if case .after(let time) = delivery.expiry { expiry = time }
    self.init(
      topic: topic.description, payload: payload,
      qos: MQTTQoS(rawValue: delivery.qos.rawValue) ?? .atLeastOnce,
      retain: delivery.retained, contentType: contentType, expiry: expiry)
  }

  init?(_ record: Outbox.Record) {
    guard let topic = Topic(record.topic) else { return nil }
    self.init(topic: topic, payload: record.payload, contentType: "application/json")
  }
}
