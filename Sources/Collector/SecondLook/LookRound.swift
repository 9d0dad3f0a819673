package import Addresses
package import Identify
package import Posture

/// Asks open ports what they are: one connection to an address at a time, and seldom.
///
/// A value: the caller tells what happened, and does what ``actions`` say. Handshakes go no further than what a service
/// says before any login; `Conversation` is never told that it may come in as a guest.
package struct LookRound: Sendable {
  /// A port at an address, over TCP.
  package struct Target: Hashable, Sendable {
    package var address: IPAddress
    package var port: UInt16

    package init(_ address: IPAddress, _ port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  package typealias ConnectionID = Int

  package enum Action: Sendable {
    case connect(ConnectionID, Target)
    case send(ConnectionID, [UInt8])
    case secure(ConnectionID)
    case close(ConnectionID)
    /// All that an address said, when all of its ports have been asked.
    case told(IPAddress, [UInt16: Answer])
  }

  /// What came of one port.
  package struct Answer: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable { case answered, mute, gone, leftAlone }
    package var outcome: Outcome
    package var found: Identification

    package init(_ outcome: Outcome, _ found: Identification = Identification(.unknown)) {
      self.outcome = outcome
      self.found = found
    }
  }

  /// Addresses that are asked at once.
  package static let mostAtOnce = 64
  /// How long it is between two connections to one address.
  package static let distance: Duration = .milliseconds(200)
  static let connectWait: Duration = .seconds(3)
  /// The longest that one port may take.
  static let longest: Duration = .seconds(12)
  /// After so many ports in a row that take no connection, an address is left in peace.
  static let patience = 3

  private struct Talk {
    let id: ConnectionID
    let target: Target
    var isOpen = false
    var deadline: Duration
  }

  private struct Visit {
    var ports: [UInt16]
    var answers: [UInt16: Answer] = [:]
    var conversation: Conversation?
    var tls: [ServiceFact: String] = [:]
    var began: Duration = .zero
    var talk: Talk?
    var notBefore: Duration = .zero
    var gone = 0
  }

  private var waiting: [IPAddress]
  private var visits: [IPAddress: Visit] = [:]
  private var owners: [ConnectionID: IPAddress] = [:]
  private var lastID = 0
  private var actions: [Action] = []
  /// Whether nothing new is begun.
  package private(set) var isEnding = false

  package init(_ targets: [Target]) {
    var order: [IPAddress] = []
    for target in targets {
      if visits[target.address] == nil {
        visits[target.address] = Visit(ports: [])
        order.append(target.address)
      }
      visits[target.address]?.ports.append(target.port)
    }
    for address in order {
      // What is fragile comes first: it is known as such before anything else is opened there.
      visits[address]?.ports.sort { (Self.isOpen($0) ? 1 : 0, $0) < (Self.isOpen($1) ? 1 : 0, $1) }
    }
    waiting = order
  }

  private static func isOpen(_ port: UInt16) -> Bool { PortPolicy(port: port) == .open }

  package var isFinished: Bool { visits.isEmpty }

  /// Ends what is under way, and begins nothing more; what was not asked is not told of.
  package mutating func end() {
    isEnding = true
    for (address, visit) in visits {
      if let talk = visit.talk { actions.append(.close(talk.id)) }
      visits[address] = nil
    }
    owners = [:]
    waiting = []
  }

  /// What there is to do now; `mayAsk` is asked before every connection.
  package mutating func advance(now: Duration, mayAsk: (Target) -> Bool) -> [Action] {
    for (address, visit) in visits {
      guard let talk = visit.talk, talk.deadline <= now else { continue }
      if talk.isOpen { step(talk.id, now) { $0.silence() } } else { missed(address, talk, now) }
    }
    let atOnce = Array(waiting.prefix(Self.mostAtOnce))
    for address in atOnce { begin(address, now, mayAsk) }
    defer { actions = [] }
    return actions
  }

  /// When it has to be called again at the latest; `nil` where nothing waits for time alone.
  package var wakeAt: Duration? {
    waiting.prefix(Self.mostAtOnce).compactMap { address in
      visits[address].map { $0.talk?.deadline ?? $0.notBefore }
    }.min()
  }

  private mutating func begin(_ address: IPAddress, _ now: Duration, _ mayAsk: (Target) -> Bool) {
    guard var visit = visits[address], visit.talk == nil, visit.notBefore <= now else { return }
    while let port = visit.ports.first {
      let target = Target(address, port)
      // An answer that is half known is worth as much as what is known of it.
      if let conversation = visit.conversation, now - visit.began >= Self.longest {
        var last = conversation
        visits[address] = visit
        if case .finished(let found) = last.refused() { finish(address, with: found, now) }
        return begin(address, now, mayAsk)
      }
      guard visit.gone < Self.patience, mayAsk(target) else {
        visit.answers[port] = Answer(visit.gone < Self.patience ? .leftAlone : .gone)
        visit.ports.removeFirst()
        visit.conversation = nil
        continue
      }
      if visit.conversation == nil { visit.began = now }
      lastID += 1
      visit.talk = Talk(id: lastID, target: target, deadline: now + Self.connectWait)
      visit.notBefore = now + Self.distance
      owners[lastID] = address
      visits[address] = visit
      actions.append(.connect(lastID, target))
      return
    }
    visits[address] = nil
    waiting.removeAll { $0 == address }
    actions.append(.told(address, visit.answers))
  }

  /// A connection stands.
  package mutating func opened(_ id: ConnectionID, now: Duration) {
    guard let address = owners[id], var visit = visits[address] else { return }
    visit.talk?.isOpen = true
    visit.gone = 0
    if visit.conversation == nil, let port = visit.ports.first {
      visit.conversation = Conversation(host: address, port: port)
    }
    visits[address] = visit
    step(id, now) { $0.opened() }
  }

  /// A connection could not be made.
  package mutating func refused(_ id: ConnectionID, now: Duration) {
    guard let address = owners[id], let talk = visits[address]?.talk else { return }
    missed(address, talk, now)
  }

  package mutating func received(_ id: ConnectionID, _ bytes: [UInt8], now: Duration) {
    step(id, now) { $0.received(bytes) }
  }

  /// A handshake of TLS is complete, and this is what it told.
  package mutating func secured(_ id: ConnectionID, _ facts: [ServiceFact: String], now: Duration) {
    if let address = owners[id] { visits[address]?.tls.merge(facts) { $1 } }
    step(id, now) { $0.secured() }
  }

  package mutating func closed(_ id: ConnectionID, now: Duration) {
    step(id, now) { $0.closed() }
  }

  private mutating func missed(_ address: IPAddress, _ talk: Talk, _ now: Duration) {
    actions.append(.close(talk.id))
    owners[talk.id] = nil
    guard var visit = visits[address] else { return }
    visit.talk = nil
    visits[address] = visit
    if var conversation = visit.conversation {
      if case .finished(let found) = conversation.refused() { finish(address, with: found, now) }
      return
    }
    visits[address]?.gone += 1
    guard let port = visits[address]?.ports.first else { return }
    visits[address]?.answers[port] = Answer(.gone)
    visits[address]?.ports.removeFirst()
  }

  private mutating func step(
    _ id: ConnectionID, _ now: Duration, _ event: (inout Conversation) -> Conversation.Step
  ) {
    guard let address = owners[id], var visit = visits[address], visit.talk?.isOpen == true,
      var conversation = visit.conversation
    else { return }
    let step = event(&conversation)
    visit.conversation = conversation
    let limit = visit.began + Self.longest
    switch step {
    case .wait(let time): visit.talk?.deadline = min(now + time, limit)
    case .send(let bytes, let time):
      actions.append(.send(id, bytes))
      visit.talk?.deadline = min(now + time, limit)
    case .secure(let time):
      actions.append(.secure(id))
      visit.talk?.deadline = min(now + time, limit)
    case .reconnect:
      actions.append(.close(id))
      owners[id] = nil
      visit.talk = nil
    case .finished(let found):
      actions.append(.close(id))
      owners[id] = nil
      visit.talk = nil
      visits[address] = visit
      return finish(address, with: found, now)
    }
    visits[address] = visit
    guard now >= limit, let talk = visit.talk else { return }
    // It would go on for ever.
    actions.append(.close(talk.id))
    owners[talk.id] = nil
    visits[address]?.talk = nil
    if case .finished(let found) = conversation.refused() { finish(address, with: found, now) }
  }

  private mutating func finish(_ address: IPAddress, with found: Identification, _ now: Duration) {
    guard var visit = visits[address], let port = visit.ports.first else { return }
    var found = found
    found.facts.merge(visit.tls) { own, _ in own }
    found.tls = found.tls || !visit.tls.isEmpty
    let isMute = found.protocol == .unknown && found.facts.isEmpty
    visit.answers[port] = Answer(isMute ? .mute : .answered, found)
    visit.ports.removeFirst()
    (visit.conversation, visit.tls) = (nil, [:])
    visits[address] = visit
  }
}
