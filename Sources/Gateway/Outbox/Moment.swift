/// When a record was made, by two clocks of which none needs to be right.
package struct Moment: Hashable, Sendable {
  /// How long the outbox has been seen alive, over all boots: never more than has really passed.
  package var lived: Duration
  /// Time since 1970 by a synchronised clock; `nil` while nobody has set it.
  package var wall: Duration?

  package init(lived: Duration, wall: Duration?) {
    self.lived = lived
    self.wall = wall
  }

  /// How much older `earlier` is than this moment, at least.
  ///
  /// The wall clock counts only where it was right both times, and so tells of the time without power too.
  func age(of earlier: Moment) -> Duration {
    let lived = self.lived - earlier.lived
    guard let now = wall, let then = earlier.wall else { return lived }
    return max(lived, now - then)
  }
}
