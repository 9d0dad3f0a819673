import FleetContract

/// What a record is worth: where room is short, the least goes first.
package enum Worth: UInt8, Hashable, Sendable, Comparable, CaseIterable {
  case metrics = 0
  /// An event of low severity, or one that tells of something put right.
  case low = 1
  case medium = 2
  /// A finding of high or critical severity that opened: stays until a posture that counts it is kept or stored.
  case high = 3
  /// The newest of a topic that the broker retains; the one before it goes when it comes.
  case state = 4
  /// Tells the collector what it will never get, and so is never dropped itself.
  case account = 5

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Under which word the collector is told that a record of this worth was dropped.
  var cause: DroppedEvent.Cause {
    switch self {
    case .metrics: .metrics
    case .low: .low
    case .medium: .medium
    case .high: .high
    case .state, .account: .superseded
    }
  }
}
