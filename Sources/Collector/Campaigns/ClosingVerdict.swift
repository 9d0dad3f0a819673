/// What a look from outside says of a port that a gateway closed.
package struct ClosingVerdict: Hashable, Sendable {
  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case closed
    case stillOpen = "still_open"
    /// Nobody can say; the reason tells why.
    case unjudged
  }

  package enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
    /// Somebody takes connections there, or answers what is asked by UDP.
    case answered
    /// A reset, word that nobody takes datagrams there, or that it may not be reached.
    case refused
    /// Nothing came back from where this collector had seen it open before.
    case silent
    /// Nothing came back, and nothing ever had: the way there may be closed to us alone.
    case neverSeen = "never_seen_open"
    /// Somebody on the way says that there is no way.
    case unreachable
    /// Where the gateway's session comes from is not known: it has none, or its broker does not tell.
    case noAddress = "no_address"
    /// Others have that address too.
    case shared
    /// The session ended or moved while it was looked at.
    case moved
    case notAuthorised = "not_authorised"
    case optedOut = "opted_out"
    /// A port of UDP for which no question is known that its service would answer.
    case noQuestion = "no_question"
    /// Looks of old, when only TCP was looked at.
    case notTCP = "not_tcp"
    /// It is closed towards the LAN, or for a device whose address is not told: nothing to be seen from here.
    case notOutside = "not_outside"
    /// The scan itself could not be made.
    case failed
  }

  package var outcome: Outcome
  package var reason: Reason

  /// Reads what was stored.
  package init(_ outcome: Outcome, _ reason: Reason) {
    self.outcome = outcome
    self.reason = reason
  }

  package static func unjudged(_ reason: Reason) -> Self { Self(.unjudged, reason) }

  /// Reads what a scan of the port saw; `nil` where nothing came back.
  ///
  /// A gateway that closes a port drops what comes there, so silence is what success looks like. It is believed only
  /// where this collector had seen the port open at this gateway before, and so knows that the way there is open.
  package init(seen state: FoundTarget.State?, wasSeenOpen: Bool) {
    switch state {
    case .open, .tarpit: self = Self(.stillOpen, .answered)
    case .closed, .filtered: self = Self(.closed, .refused)
    case .unreachable: self = .unjudged(.unreachable)
    case nil: self = wasSeenOpen ? Self(.closed, .silent) : .unjudged(.neverSeen)
    }
  }
}
