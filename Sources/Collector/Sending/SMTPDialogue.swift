import Foundation

/// The client's side of one delivery over SMTP (RFC 5321, RFC 3207, RFC 4954), as a value: replies in, actions out.
struct SMTPDialogue {
  enum Action: Hashable {
    case send([UInt8])
    /// The connection is to be secured, then ``secured()`` to be called.
    case startTLS
    case end(SendingOutcome)
  }

  /// How the connection is to be secured.
  enum Security: Hashable {
    case startTLS
    /// From the first byte.
    case immediate
    /// Not at all: for a relay on the same machine.
    case none
  }

  private enum State {
    case greeting, hello, tls, login, sender, recipient, data, body, over
  }

  private let security: Security
  private let login: (user: String, password: String)?
  private let sender: String
  private let recipient: String
  private let message: [UInt8]
  private var state = State.greeting
  private var isSecured: Bool
  private var line: [UInt8] = []
  private var reply: [String] = []

  /// The longest line of a reply, and the most lines of one.
  private static let lineLimit = 2048
  private static let replyLimit = 100

  init(
    _ security: Security, login: (user: String, password: String)?, from sender: String, to recipient: String,
    message: [UInt8]
  ) {
    self.security = security
    self.login = login
    self.sender = sender
    self.recipient = recipient
    self.message = message
    isSecured = security == .immediate
  }

  /// Whether the other side may have the message, without having said so.
  var mayHaveArrived: Bool { state == .body }

  mutating func take(_ bytes: [UInt8]) -> [Action] {
    var actions: [Action] = []
    for byte in bytes {
      guard byte == 0x0a else {
        line.append(byte)
        if line.count > Self.lineLimit {
          return actions + [finish(.later("the server's answer is too long"))]
        }
        continue
      }
      let text = String(decoding: line.last == 0x0d ? line.dropLast() : line[...], as: UTF8.self)
      line = []
      reply.append(text)
      guard text.utf8.count >= 3, let code = Int(text.prefix(3)), (200...599).contains(code) else {
        return actions + [finish(.later("the server does not speak SMTP"))]
      }
      if text.dropFirst(3).first == "-" {
        if reply.count > Self.replyLimit {
          return actions + [finish(.later("the server's answer is too long"))]
        }
        continue
      }
      actions += take(code, reply)
      reply = []
      if case .over = state { break }
    }
    return actions
  }

  /// The connection is secured now.
  mutating func secured() -> [Action] {
    isSecured = true
    state = .hello
    return [hello]
  }

  /// The connection ended without a farewell.
  mutating func lost(_ why: String) -> SendingOutcome {
    mayHaveArrived ? .unknown("no answer after the message was handed over: \(why)") : .later(why)
  }

  private mutating func take(_ code: Int, _ lines: [String]) -> [Action] {
    let text = lines.last ?? ""
    let isGood = code / 100 == 2 || code / 100 == 3
    guard isGood else { return refused(code, text) }
    switch state {
    case .greeting:
      state = .hello
      return [hello]
    case .hello: return afterHello(lines)
    case .tls: return [.startTLS]
    case .login: return ask(.sender, "MAIL FROM:<\(sender)>")
    case .sender: return ask(.recipient, "RCPT TO:<\(recipient)>")
    case .recipient: return ask(.data, "DATA")
    case .data:
      guard code == 354 else { return [finish(.later("the server did not ask for the message: \(text)"))] }
      state = .body
      return [.send(Self.stuffed(message))]
    case .body: return [.send(Array("QUIT\r\n".utf8)), finish(.sent(text))]
    case .over: return []
    }
  }

  private mutating func refused(_ code: Int, _ text: String) -> [Action] {
    // Over until somebody changes something here or there; what is wrong with us is no fault of the notice's.
    let isOurs = state == .greeting || state == .hello || state == .tls || state == .login
    let outcome: SendingOutcome = code / 100 == 5 && !isOurs ? .refused(text) : .later(text)
    return [.send(Array("QUIT\r\n".utf8)), finish(outcome)]
  }

  private mutating func afterHello(_ lines: [String]) -> [Action] {
    let words = lines.map { $0.dropFirst(4).uppercased() }
    if security == .startTLS, !isSecured {
      // Without it nothing is said, also where somebody on the way has taken the offer out.
      guard words.contains(where: { $0.hasPrefix("STARTTLS") }) else {
        return [finish(.later("the server does not offer STARTTLS"))]
      }
      return ask(.tls, "STARTTLS")
    }
    guard let login else { return ask(.sender, "MAIL FROM:<\(sender)>") }
    guard isSecured else { return [finish(.later("no password is sent without TLS"))] }
    let secret = Data("\0\(login.user)\0\(login.password)".utf8).base64EncodedString()
    return ask(.login, "AUTH PLAIN \(secret)")
  }

  private var hello: Action { .send(Array("EHLO kadomori.invalid\r\n".utf8)) }

  private mutating func ask(_ next: State, _ words: String) -> [Action] {
    state = next
    return [.send(Array((words + "\r\n").utf8))]
  }

  private mutating func finish(_ outcome: SendingOutcome) -> Action {
    state = .over
    return .end(outcome)
  }

  /// The message with its dots doubled and its end (RFC 5321, section 4.5.2).
  static func stuffed(_ message: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var isAtStart = true
    for byte in message {
      if isAtStart, byte == 0x2e { bytes.append(0x2e) }
      bytes.append(byte)
      isAtStart = byte == 0x0a
    }
    if !isAtStart { bytes += [0x0d, 0x0a] }
    return bytes + [0x2e, 0x0d, 0x0a]
  }
}
