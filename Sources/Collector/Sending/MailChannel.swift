package import Cryptography
import LinuxIO

/// Sends by a provider's mail server.
package struct MailChannel: SendingChannel {
  package enum Security: String, Hashable, Sendable, CaseIterable {
    case starttls, immediate, none
  }

  package var host: String
  package var port: UInt16
  package var security: Security
  /// Whom the server's certificate has to be of; unused without TLS.
  package var trust: TLSTrust
  package var login: (user: String, password: String)?
  package var sender: String

  package init(
    host: String, port: UInt16, security: Security, trust: TLSTrust,
    login: (user: String, password: String)? = nil, sender: String
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.trust = trust
    self.login = login
    self.sender = sender
  }

  package func send(_ notice: OutgoingNotice) -> SendingOutcome {
    guard MailText.isAddress(notice.recipient) else { return .refused("'\(notice.recipient)' is no address") }
    let way: SMTPDialogue.Security =
      switch security {
      case .starttls: .startTLS
      case .immediate: .immediate
      case .none: .none
      }
    var dialogue = SMTPDialogue(
      way, login: login, from: sender, to: notice.recipient,
      message: MailText.message(notice, from: sender, now: Clocks.wall))
    do throws(WireError) {
      let connection = try WireConnection(host: host, port: port)
      if security == .immediate { try connection.secure(trust, name: host) }
      while true {
        let bytes = try connection.receive()
        if bytes.isEmpty { return dialogue.lost("the server ended the connection") }
        if let outcome = try perform(dialogue.take(bytes), &dialogue, connection) { return outcome }
      }
    } catch {
      return dialogue.lost(error.description)
    }
  }

  private func perform(
    _ actions: [SMTPDialogue.Action], _ dialogue: inout SMTPDialogue, _ connection: WireConnection
  ) throws(WireError) -> SendingOutcome? {
    var outcome: SendingOutcome?
    for action in actions {
      switch action {
      case .send(let bytes):
        do throws(WireError) { try connection.send(bytes) } catch {
          // What is said after the end is a courtesy.
          if outcome == nil, case .end(let known)? = actions.last { return known }
          throw error
        }
      case .startTLS:
        try connection.secure(trust, name: host)
        outcome = try perform(dialogue.secured(), &dialogue, connection)
      case .end(let known): outcome = known
      }
    }
    return outcome
  }
}
