/// How far a command is.
package enum CommandState: String, Hashable, Sendable, Codable, CaseIterable {
  case accepted, running, done, failed
  case rolledBack = "rolled_back"
  case expired, refused

  /// Whether nothing more comes after it.
  package var isEnd: Bool { self != .accepted && self != .running }
}

/// What became of a command: `…/res/<id>`.
package struct ResultBody: MessageBody, Hashable {
  package static var kind: String? { "result" }

  package var command: TopicName
  package var verb: CommandVerb
  package var state: CommandState
  /// One word, that of a ``CommandRefusal`` where the state is `refused` or `expired`.
  package var reason: String?
  /// A sentence for a person, of the gateway's own words.
  package var detail: String?
  /// What to sign, with the reason `nonce-required`.
  package var nonce: CommandNonce?

  package init(
    command: TopicName, verb: CommandVerb, state: CommandState, reason: String? = nil, detail: String? = nil,
    nonce: CommandNonce? = nil
  ) {
    self.command = command
    self.verb = verb
    self.state = state
    self.reason = reason
    self.detail = detail
    self.nonce = nonce
  }

  /// The answer to a command that is not carried out.
  package init(command: TopicName, verb: CommandVerb, _ refusal: CommandRefusal, nonce: CommandNonce? = nil) {
    self.init(
      command: command, verb: verb, state: refusal.code == .expired ? .expired : .refused,
      reason: refusal.code.rawValue, detail: refusal.description, nonce: nonce)
  }
}
