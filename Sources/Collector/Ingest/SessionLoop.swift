package import FleetContract
import Foundation
import LinuxIO
package import MQTTClient

/// Who this collector is to the broker.
package struct CollectorIdentity: Sendable {
  package var name: TopicName
  /// The first birth number; every connection of this run takes the next.
  package var firstBirth: Int64
  package var configuration: MQTTConfiguration

  /// Creates an identity; `run` is the number of this run, from the store.
  package init(name: TopicName, run: Int64, configuration: MQTTConfiguration) {
    self.name = name
    self.firstBirth = run << 20
    self.configuration = configuration
  }
}

/// The session as its thread sees it: subscribes, announces, and says farewell.
final class SessionLoop {
  private let session: MQTTSession
  private let identity: CollectorIdentity
  private let inbox: Inbox
  private var birth: Int64
  private var isOnline = true
  private var hasSubscribed = false
  private var underWay = 0
  /// What the broker is to keep, by topic: one for each group of gateways.
  private var kept: [String: MQTTMessage] = [:]
  /// Who wants to know what the broker said of a message.
  private var waiting: [Int: @Sendable (Bool) -> Void] = [:]
  /// Who wants to know that, and whether the message was handed over at all.
  private var offered: [Int: @Sendable (Offer.Answer) -> Void] = [:]
  private var reports: [BrokerThread.Report] = []
  private var farewell: (id: Int, deadline: Duration)?
  private(set) var hasLeft = false

  /// More acknowledgements than this under way are not sent: the gateways' next records bring new ones.
  private static let publishLimit = 10_000
  /// After so many packets it is somebody else's turn: orders, and what is to be written.
  private static let packetsAtOnce = 200

  init(_ identity: CollectorIdentity, _ inbox: Inbox) throws(MQTTError) {
    self.identity = identity
    self.inbox = inbox
    self.birth = identity.firstBirth
    self.session = try MQTTSession(identity.configuration)
  }

  func takeReports() -> [BrokerThread.Report] {
    defer { reports = [] }
    return reports
  }

  func obey(_ order: BrokerThread.Order) {
    switch order {
    case .connect(let endpoint): connect(endpoint)
    case .publish(let messages):
      for message in messages { publish(message) }
    case .publishTold(let message, let told):
      guard session.isConnected, let id = try? session.publish(message) else { return }
      underWay += 1
      waiting[id] = told
    case .offer(let messages, let told):
      for message in messages {
        guard session.isConnected, let id = try? session.publish(message) else {
          told(.kept)
          continue
        }
        underWay += 1
        offered[id] = told
      }
    case .keep(let message):
      kept[message.topic] = message
      publish(message)
    case .announce(let online):
      isOnline = online
      if let message = status(online: online) { publish(message) }
    case .leave: leave()
    }
  }

  private func connect(_ endpoint: MQTTEndpoint) {
    birth += 1
    do {
      let will = status(online: false).map { MQTTWill($0, delay: .seconds(10)) }
      try session.connect(to: endpoint, will: will)
    } catch {
      reports.append(.ended(error.description, patience: true))
    }
  }

  private func publish(_ message: MQTTMessage) {
    guard session.isConnected, underWay < Self.publishLimit else { return }
    if (try? session.publish(message)) != nil { underWay += 1 }
  }

  private func status(online: Bool) -> MQTTMessage? {
    let topic = Topic.collectorStatus(collector: identity.name)
    let status = CollectorStatus(collector: identity.name, online: online, birth: birth, time: Clocks.wall)
    guard let payload = try? status.payload() else { return nil }
    return MQTTMessage(
      topic: topic.description, payload: payload, retain: topic.delivery.retained,
      contentType: "application/vnd.kadomori.collector-status+json;v=1")
  }

  private func leave() {
    guard session.isConnected, let message = status(online: false),
      let id = try? session.publish(message)
    else {
      _ = session.disconnect()
      hasLeft = true
      return
    }
    farewell = (id, Clocks.sinceBoot + .seconds(3))
  }

  /// What to poll; nothing is read while the inbox is full.
  var interest: pollfd? {
    guard let descriptor = session.fileDescriptor else { return nil }
    let reading = inbox.hasRoom || !session.isConnected || farewell != nil
    let events = (reading ? Int16(POLLIN) : 0) | (session.wantsWrite ? Int16(POLLOUT) : 0)
    return pollfd(fd: descriptor, events: events, revents: 0)
  }

  func turn(_ ready: Int16) {
    if ready & Int16(POLLOUT) != 0 { handle(session.writable()) }
    if ready & ~Int16(POLLOUT) != 0 { read() }
    handle(session.tick())
    if let farewell, Clocks.sinceBoot >= farewell.deadline { finish() }
  }

  /// Reads until nothing more is there: libmosquitto takes one packet at a time, and to ask the kernel before each would
  /// cost more than to read it.
  private func read() {
    for _ in 0..<Self.packetsAtOnce {
      let events = session.readable()
      guard !events.isEmpty else { return }
      handle(events)
      guard session.isConnected, inbox.hasRoom else { return }
    }
  }

  private func finish() {
    _ = session.disconnect()
    farewell = nil
    hasLeft = true
  }

  private func handle(_ events: [MQTTEvent]) {
    for event in events {
      switch event {
      case .connected(let sessionPresent, _): connected(sessionPresent)
      case .refused(let reason, let facts):
        let text = facts.reasonText.map { "\(reason): \($0)" } ?? reason.description
        reports.append(.ended("the broker refused: \(text)", patience: true))
        if farewell != nil { finish() }
      case .disconnected(let error):
        if farewell != nil { finish() }
        reports.append(.ended(error.description, patience: false))
      case .message(let message): if farewell == nil { inbox.put(message) }
      case .published(let id, let reason):
        underWay -= 1
        // 0x10: nobody has subscribed (MQTT 5, section 3.4.2.1).
        offered.removeValue(forKey: id)?(reason.isError ? .refused : .taken)
        waiting.removeValue(forKey: id)?(!reason.isError && reason.code != 0x10)
        if id == farewell?.id { finish() }
      case .subscribed(_, let reasons):
        if let refusal = reasons.first(where: \.isError) {
          reports.append(.ended("the broker refused a subscription: \(refusal)", patience: true))
        }
      }
    }
  }

  private func connected(_ sessionPresent: Bool) {
    // Every time: a broker that was killed may remember the session from before it knew its subscriptions. What
    // it does remember is no reason to send all retained states once more, but the first time they are wanted.
    for filter in TopicFilter.collectorState + TopicFilter.collectorStream {
      _ = try? session.subscribe(
        filter.description, qos: filter.qos == .atLeastOnce ? .atLeastOnce : .atMostOnce,
        retainedOnce: hasSubscribed)
    }
    hasSubscribed = true
    if let message = status(online: isOnline) { publish(message) }
    for message in kept.values { publish(message) }
    reports.append(.connected(sessionPresent: sessionPresent))
  }
}
