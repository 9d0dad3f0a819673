/// How far a campaign is.
package enum CampaignState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nobody has started it.
  case planned
  case running
  /// Somebody wants it to rest; `resume` has it go on.
  case paused
  /// It may not go on as it is: the authorisation expired, was changed or taken back; `resume` tries again.
  case halted
  /// Somebody ended it, or its time was over, before it was done.
  case stopped
  case done

  package var isOver: Bool { self == .stopped || self == .done }

  /// What somebody may ask of a campaign.
  package enum Request: String, Hashable, Sendable, CaseIterable {
    case start, pause, resume, stop
  }

  /// The state after a request; `nil` where it makes no sense.
  package func after(_ request: Request) -> CampaignState? {
    switch (request, self) {
    case (.start, .planned), (.start, .running): .running
    case (.pause, .running), (.pause, .paused): .paused
    case (.resume, .paused), (.resume, .halted), (.resume, .running): .running
    case (.stop, .planned), (.stop, .running), (.stop, .paused), (.stop, .halted), (.stop, .stopped): .stopped
    default: nil
    }
  }
}

/// What a worker does with its shard now.
package enum ShardDirective: Hashable, Sendable {
  case goOn
  /// Give it back with all that is known, for the reason given.
  case giveBack(Reason)

  package enum Reason: Hashable, Sendable {
    case paused
    case blackout
    case over
    /// Somebody ended this worker.
    case interrupted
    /// The authorisation was renewed, and has to be read again.
    case renewed
    case halted(String)
  }
}
