package import Posture

/// What one side knows of one port, and since when.
package struct Look: Hashable, Sendable, Encodable {
  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case seen
    case notSeen = "not_seen"
    /// That side has not looked, or could not tell.
    case unknown
  }

  package var state: State
  /// Since when it is so without a break; `nil` where nobody looked.
  package var since: WallTime?
  /// When that side looked last.
  package var looked: WallTime?

  package init(_ state: State, since: WallTime? = nil, looked: WallTime? = nil) {
    self.state = state
    self.since = since
    self.looked = looked
  }

  package static let never = Look(.unknown)

  /// Takes a newer look into account: where it says the same, it has been so since the first.
  package mutating func take(_ isSeen: Bool, at time: WallTime) {
    let state: State = isSeen ? .seen : .notSeen
    if state != self.state { since = time }
    self.state = state
    looked = time
  }
}

extension Look {
  /// What looks from outside say, in whatever order they come.
  ///
  /// Where two look in the same second and disagree, the port was open.
  package init(outside looks: some Sequence<(time: WallTime, isOpen: Bool)>) {
    self = .never
    var open: [WallTime: Bool] = [:]
    for look in looks { open[look.time] = open[look.time] == true || look.isOpen }
    for (time, isOpen) in open.sorted(by: { $0.key < $1.key }) { take(isOpen, at: time) }
  }
}
