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
  /// How long a service has for its greeting. Measured greetings of embedded servers come within 300 ms.
  package static let greetingWait: Duration = .milliseconds(400)
  package static let answerWait: Duration = .milliseconds(1200)

  private enum Phase {
    case greeting
    case asking(Handshake)
    case securing
  }

  private let host: IPv4Address
  private let policy: PortPolicy
  private var questions: ArraySlice<Question>
  private var phase = Phase.greeting
  private var received: [UInt8] = []
  private var isSecure = false
  private var connections = 0
  /// The question that waits for a new connection.
  private var pending: Question?
  /// What was heard but not understood, for the report.
  private var unread: [UInt8] = []

  private enum Question {
    case plain(Handshake)
    case secure
  }

  package init(host: IPv4Address, port: UInt16, hint: [String] = []) {
    self.host = host
    self.policy = PortPolicy(port: port)
    let names: [String] =
      switch policy {
      case .silent: []
      case .only(let name): [name]
      case .open: HandshakeOrder.names(port: port, hint: hint)
      }
    questions =
      names.compactMap { name -> Question? in
        name == HandshakeOrder.tls ? .secure : Handshake.named(name).map(Question.plain)
      }[...]
  }

  /// The connection is made.
  package mutating func opened() -> Step {
    connections += 1
    received = []
    isSecure = false
    if let question = pending {
      pending = nil
      return ask(question)
    }
    if case .only = policy { return askNext(fresh: true) }
    phase = .greeting
    return .wait(Self.greetingWait)
  }

  /// Bytes came, decrypted if the connection is secured.
  package mutating func received(_ bytes: [UInt8]) -> Step {
    received += bytes.prefix(Self.answerLimit - received.count)
    return weigh(ended: received.count >= Self.answerLimit)
  }

  /// Nothing came within the time of the last step.
  package mutating func silence() -> Step { weigh(ended: true) }

  /// The TLS handshake is complete.
  package mutating func secured() -> Step {
    isSecure = true
    phase = .greeting
    received = []
    // Behind TLS the same questions are open again, but each would cost a whole handshake.
    questions = questions.filter { if case .secure = $0 { false } else { true } }[...]
    return .wait(Self.greetingWait)
  }

  /// The peer closed or reset the connection.
  package mutating func closed() -> Step {
    if case .securing = phase { return askNext(fresh: false) }
    return weigh(ended: true, isOpen: false)
  }

  /// A further connection to the port could not be made.
  package mutating func refused() -> Step { .finished(unknown) }

  private mutating func weigh(ended: Bool, isOpen: Bool = true) -> Step {
    let reading: Reading =
      switch phase {
      case .greeting: received.isEmpty ? .no : Greeting.read(received, ended: ended)
      case .asking(let handshake): handshake.read(received, ended)
      case .securing: .no
      }
    switch reading {
    case .identified(var found):
      found.tls = isSecure
      return .finished(found)
    case .more where !ended:
      return .wait(Self.answerWait)
    case .more, .no:
      if case .greeting = phase, !ended, received.count < 64 { return .wait(Self.greetingWait) }
      if unread.isEmpty { unread = received }
      if isTLSAlert {
        questions = [.secure] + questions.filter { if case .secure = $0 { false } else { true } }
      }
      let heardNothing = received.isEmpty
      if case .greeting = phase, isOpen, heardNothing { return askNext(fresh: true) }
      return askNext(fresh: false)
    }
  }

  /// A TLS server answers plain text with an alert record (RFC 8446, section 5.1).
  private var isTLSAlert: Bool { received.count >= 7 && received[0] == 0x15 && received[1] == 0x03 }

  private mutating func askNext(fresh: Bool) -> Step {
    guard let question = questions.popFirst() else { return .finished(unknown) }
    if fresh { return ask(question) }
    guard connections < Self.connectionLimit, !isSecure else { return .finished(unknown) }
    pending = question
    return .reconnect
  }

  private mutating func ask(_ question: Question) -> Step {
    received = []
    switch question {
    case .plain(let handshake):
      phase = .asking(handshake)
      return .send(handshake.request(host), wait: Self.answerWait)
    case .secure:
      phase = .securing
      return .secure(wait: Self.answerWait)
    }
  }

  private var unknown: Identification {
    var found = Identification(.unknown, tls: isSecure)
    let line = Text.printable(unread)
    if !line.isEmpty { found.facts[.banner] = line }
    return found
  }
}
