package import Addresses
import Posture

/// Finds out what one TCP port speaks, over as few connections as it can.
///
/// A value: the caller tells what happened on the connection and does what the returned step says.
/// It listens first, since many services introduce themselves; then asks on the same connection;
/// then on new ones, each with another question, until something answers or the questions run out.
/// The order is that of Izhikevich et al., "LZR: Identifying Unexpected Internet Services" (2021).
package struct Conversation: Sendable {
  /// What to do next with the connection.
  package enum Step: Hashable, Sendable {
    /// Wait for bytes or the end of the stream, this long at most; then call ``silence()``.
    case wait(Duration)
    /// Send the bytes, then wait this long at most.
    case send([UInt8], wait: Duration)
    /// Make a TLS handshake; then call ``secured()`` or ``closed()``.
    case secure(wait: Duration)
    /// Close this connection and open another to the same port.
    case reconnect
    /// Close the connection: this is the answer.
    case finished(Identification)
  }

  /// The largest part of an answer that is looked at, in bytes; what comes after it is not read.
  package static let answerLimit = 32_768
  /// How many connections one port gets.
  package static let connectionLimit = 6
  /// How many of them are given to questions inside TLS.
  package static let secureLimit = 3
  /// How many questions can follow the first on one connection, unless a question says otherwise of itself.
  package static let followUpLimit = 4
  /// How many pieces an answer may come in.
  package static let pieceLimit = 64
  /// How long a service has for its greeting.
  ///
  /// Measured greetings of embedded servers come within 300 ms.
  package static let greetingWait: Duration = .milliseconds(400)
  package static let answerWait: Duration = .milliseconds(1200)
  /// How much silence of one port is borne in all.
  package static let patience: Duration = .seconds(6)

  enum Phase {
    case greeting
    case asking(Handshake, request: [UInt8])
    case securing
  }

  enum Question {
    case plain(Handshake)
    case secure

    var isSecure: Bool { if case .secure = self { true } else { false } }
    var name: String { if case .plain(let handshake) = self { handshake.name } else { HandshakeOrder.tls } }
  }

  let host: IPAddress
  let port: UInt16
  let policy: PortPolicy
  var questions: [Question]
  /// The names of the questions asked, so that none is asked twice.
  var asked: Set<String> = []
  var phase = Phase.greeting
  var received: [UInt8] = []
  var isSecure = false
  /// The question that waits for a new connection, and whether it is asked inside TLS.
  var pending: (question: Question, isSecure: Bool)?
  /// What is known already, while a further question may add to it.
  var base: Identification?
  /// What stands if TLS, which the plain answer asked for, cannot be had.
  var fallback: Identification?
  /// Whether it may try if guests are let in, which is no login but more than a look.
  let mayEnterAsGuest: Bool
  /// Whether it is known already that this port does not speak first.
  private var isGreeted = false
  /// Whether an answer showed TLS without our having spoken it.
  var hasSeenTLS = false
  /// What was heard but not understood, for the report.
  var unread: [UInt8] = []

  private var connections = 0
  private var secureConnections = 0
  private var followUps = 0
  private var pieces = 0
  private var waiting: Duration = .zero
  private var silent: Duration = .zero

  /// `asGuest` is for LANs alone, with the consent of their owner.
  package init(host: IPAddress, port: UInt16, hint: [String] = [], asGuest: Bool = false) {
    let policy = PortPolicy(port: port)
    let names: [String] =
      switch policy {
      case .silent: []
      case .only(let name): HandshakeOrder.isSecure(port) ? [HandshakeOrder.tls, name] : [name]
      case .open: HandshakeOrder.names(port: port, hint: hint)
      }
    self.init(
      host: host, port: port, policy: policy, questions: names.compactMap(Self.question), asGuest: asGuest)
  }

  /// Asks for a description and nothing else.
  package init(host: IPAddress, place: DescriptionPlace) {
    self.init(
      host: host, port: place.port, policy: PortPolicy(port: place.port),
      questions: [.plain(.upnpDescription(path: place.path))], asGuest: false)
    isGreeted = true
  }

  private init(
    host: IPAddress, port: UInt16, policy: PortPolicy, questions: [Question], asGuest: Bool
  ) {
    mayEnterAsGuest = asGuest
    self.host = host
    self.port = port
    self.policy = policy
    self.questions = questions
  }

  static func question(_ name: String) -> Question? {
    name == HandshakeOrder.tls ? .secure : Handshake.named(name).map(Question.plain)
  }

  /// The connection is made.
  package mutating func opened() -> Step {
    connections += 1
    received = []
    pieces = 0
    isSecure = false
    if let pending {
      if pending.isSecure { return secure() }
      self.pending = nil
      return ask(pending.question)
    }
    if case .only = policy { return askNext(fresh: true) }
    if isGreeted { return askNext(fresh: true) }
    phase = .greeting
    return wait(Self.greetingWait)
  }

  /// Bytes came, decrypted if the connection is secured.
  package mutating func received(_ bytes: [UInt8]) -> Step {
    received += bytes.prefix(Self.answerLimit - received.count)
    pieces += 1
    return weigh(ended: received.count >= Self.answerLimit || pieces >= Self.pieceLimit)
  }

  /// Nothing came within the time of the last step.
  package mutating func silence() -> Step {
    silent += waiting
    return weigh(ended: true)
  }

  /// The TLS handshake is complete.
  package mutating func secured() -> Step {
    isSecure = true
    received = []
    pieces = 0
    if let pending {
      self.pending = nil
      return ask(pending.question)
    }
    phase = .greeting
    // Behind TLS the same questions are open again, but each costs a whole handshake.
    questions.removeAll(where: \.isSecure)
    return wait(Self.greetingWait)
  }

  /// The peer closed or reset the connection.
  package mutating func closed() -> Step {
    if case .securing = phase {
      pending = nil
      return askNext(fresh: false)
    }
    return weigh(ended: true, isOpen: false)
  }

  /// A further connection to the port could not be made.
  package mutating func refused() -> Step { .finished(conclusion) }
}

extension Conversation {
  /// Waits for more, a little less long with every piece, so that no drip of bytes holds us for ever:
  /// all waits of one answer add up to under five times the first.
  mutating func wait(_ time: Duration) -> Step {
    waiting = time / max(1, pieces)
    return .wait(waiting)
  }

  /// Asks the next question, on this connection if nothing else has been asked on it.
  mutating func askNext(fresh: Bool) -> Step {
    guard !questions.isEmpty, silent + Self.greetingWait < Self.patience else { return .finished(conclusion) }
    let question = questions.removeFirst()
    asked.insert(question.name)
    if fresh { return ask(question) }
    guard connections < Self.connectionLimit else { return .finished(conclusion) }
    if isSecure, secureConnections >= Self.secureLimit { return .finished(conclusion) }
    pending = (question, isSecure)
    return .reconnect
  }

  mutating func ask(_ question: Question) -> Step {
    received = []
    pieces = 0
    guard case .plain(let handshake) = question else { return secure() }
    followUps = 0
    return send(handshake)
  }

  /// Asks a further question on the connection that answered the last one; `nil` when it has had enough.
  mutating func follow(_ handshake: Handshake) -> Step? {
    guard followUps < handshake.followUpLimit else { return nil }
    followUps += 1
    received = []
    pieces = 0
    return send(handshake)
  }

  /// Sends a request: the one place where bytes of ours are made, and so where silence is kept.
  private mutating func send(_ handshake: Handshake) -> Step {
    guard policy != .silent else { return .finished(conclusion) }
    let request = handshake.request(host.literal)
    phase = .asking(handshake, request: request)
    waiting = handshake.wait
    return .send(request, wait: handshake.wait)
  }

  private mutating func secure() -> Step {
    guard policy != .silent else { return .finished(conclusion) }
    phase = .securing
    secureConnections += 1
    waiting = Self.answerWait
    return .secure(wait: Self.answerWait)
  }

  /// What is known when there is nothing more to ask.
  var conclusion: Identification {
    if let base, base.protocol != .unknown { return base }
    if let fallback { return fallback }
    var found = Identification(.unknown, tls: isSecure || hasSeenTLS)
    let line = Text.printable(unread)
    if !line.isEmpty { found.facts[.banner] = line }
    return found
  }
}
