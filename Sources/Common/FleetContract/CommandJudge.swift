package import Posture

/// What time it is, and what that is worth.
package struct CommandClock: Hashable, Sendable {
  package var wall: WallTime
  package var isSynchronised: Bool
  /// Since the machine started; nobody sets this one.
  package var sinceBoot: Duration

  package init(wall: WallTime, isSynchronised: Bool, sinceBoot: Duration) {
    self.wall = wall
    self.isSynchronised = isSynchronised
    self.sinceBoot = sinceBoot
  }
}

/// A command that may be carried out once it is remembered.
package struct AcceptedCommand: Hashable, Sendable {
  package let document: CommandDocument
  package let signers: Set<KeyID>
}

/// What the provider's policy and the gateway's owner say of the verbs.
package struct CommandPolicy: Hashable, Sendable {
  /// Verbs that two operators have to sign.
  package var twoSignatures: Set<CommandVerb>
  /// Verbs the owner does not want carried out.
  package var refused: Set<CommandVerb>

  /// Creates a policy; by default closing takes two signatures, and nothing is refused.
  package init(twoSignatures: Set<CommandVerb> = [.close], refused: Set<CommandVerb> = []) {
    self.twoSignatures = twoSignatures
    self.refused = refused
  }
}

/// Decides whether a command is one: pure, and the only place that does.
package struct CommandJudge: Sendable {
  package var gateway: GatewayID
  package var keys: [OperatorKey]
  package var policy: CommandPolicy

  package init(gateway: GatewayID, keys: [OperatorKey], policy: CommandPolicy) {
    self.gateway = gateway
    self.keys = keys
    self.policy = policy
  }

  /// Returns the command if it may be carried out now; it must be remembered before it is.
  ///
  /// Nothing of the signed bytes is read before the signatures are right, and a nonce is asked for only where
  /// it is all that is missing.
  package func judge(
    _ payload: some Collection<UInt8>, on verb: CommandVerb, _ id: TopicName, memory: CommandMemory,
    nonces: NonceBook, clock: CommandClock
  ) throws(CommandRefusal) -> AcceptedCommand {
    let signed: SignedCommand
    do throws(Rejection) { signed = try SignedCommand(payload: payload) } catch {
      throw CommandRefusal(error)
    }
    let signers = try signed.signers(among: keys)
    let document: CommandDocument
    do throws(Rejection) { document = try CommandDocument(bytes: signed.bytes) } catch {
      throw CommandRefusal(error)
    }
    guard document.gateway == gateway else {
      throw CommandRefusal(.otherGateway, "it is for \(document.gateway)")
    }
    guard document.command.verb == verb, document.id == id else {
      throw CommandRefusal(
        .wrongTopic, "it says \(document.command.verb.rawValue) '\(document.id)', its topic another")
    }
    try judgeLife(of: document)
    let needed = policy.twoSignatures.contains(verb) ? 2 : 1
    guard signers.count >= needed else {
      throw CommandRefusal(.tooFewSignatures, "\(signers.count) of \(needed) operators have signed it")
    }
    guard !policy.refused.contains(verb) else {
      throw CommandRefusal(.vetoed, "the gateway's owner refuses '\(verb.rawValue)'")
    }
    if let objection = memory.objection(to: document, by: signers, at: clock) { throw objection }
    try judgeTime(of: document, nonces: nonces, clock: clock)
    return AcceptedCommand(document: document, signers: signers)
  }

  private func judgeLife(of document: CommandDocument) throws(CommandRefusal) {
    let (from, until) = (document.notBefore.milliseconds, document.expires.milliseconds)
    // RFC 3339 ends with the year 9999, so neither is anywhere near an overflow.
    guard from < until, .milliseconds(until - from) <= CommandDocument.longestLife else {
      throw CommandRefusal(
        .lifetime, "good from \(document.notBefore) to \(document.expires), and 15 minutes is the most")
    }
  }

  private func judgeTime(
    of document: CommandDocument, nonces: NonceBook, clock: CommandClock
  ) throws(CommandRefusal) {
    if let nonce = document.nonce {
      guard nonces.accepts(nonce, for: document.id, now: clock.sinceBoot) else {
        throw CommandRefusal(.wrongNonce, "this nonce was not given for it, or more than two minutes ago")
      }
    }
    guard clock.isSynchronised else {
      if document.nonce == nil {
        throw CommandRefusal(.nonceRequired, "the clock is not set: sign it again with the nonce")
      }
      return
    }
    guard document.notBefore <= clock.wall else {
      throw CommandRefusal(.notYetValid, "not before \(document.notBefore), and it is \(clock.wall)")
    }
    guard clock.wall < document.expires else {
      throw CommandRefusal(.expired, "good until \(document.expires), and it is \(clock.wall)")
    }
  }
}
