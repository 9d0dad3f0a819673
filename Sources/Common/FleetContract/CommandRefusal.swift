/// Why a command is not carried out.
package struct CommandRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The only part to compare; the `reason` of a result.
  package enum Code: String, Hashable, Sendable, Codable, CaseIterable {
    case oversized, malformed, version
    /// It was kept by the broker: a kept command would be carried out again by whoever returns.
    case retained
    case unknownKey = "unknown-key"
    case badSignature = "bad-signature"
    case tooFewSignatures = "too-few-signatures"
    case otherGateway = "other-gateway"
    /// Verb or id are not those of the topic it came on.
    case wrongTopic = "wrong-topic"
    /// It would be good for longer than 15 minutes, or for no time at all.
    case lifetime
    case notYetValid = "not-yet-valid"
    case expired
    /// The gateway's owner does not want this verb carried out.
    case vetoed
    /// The clock is not set: sign again with the nonce of this answer.
    case nonceRequired = "nonce-required"
    case wrongNonce = "wrong-nonce"
    /// This very command was accepted before.
    case replayed
    /// A later command of the same key was accepted before.
    case staleSequence = "stale-seq"
    /// So many commands came within a day that one more could not be remembered.
    case tooMany = "too-many"
    /// What was accepted before cannot be read or written.
    case memory
    /// This version has nothing that could do it.
    case unsupported
    /// The owner named no such LAN.
    case notConfigured = "not-configured"
    /// The owner wants no scan at this time of day.
    case quietHours = "quiet-hours"
  }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  init(_ rejection: Rejection) {
    let code: Code =
      switch rejection {
      case .tooLarge: .oversized
      case .version: .version
      default: .malformed
      }
    self.init(code, rejection.description)
  }
}
