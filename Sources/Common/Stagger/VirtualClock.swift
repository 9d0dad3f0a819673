/// The clock by which a window passes: the operator speeds it up or slows it down, and never shortens the window.
///
/// A window that is made shorter releases at once everybody whose slot has passed; a clock that runs v times as fast
/// never releases more than v N/W a second.
package struct VirtualClock: Hashable, Sendable {
  package private(set) var speed: Double
  /// What has passed on it.
  package private(set) var elapsed: Duration = .zero
  private var at: Duration

  /// `now` is of a clock that is never set: time since the machine started.
  package init(speed: Double = 1, now: Duration) {
    self.speed = ReconnectPolicy.within(ReconnectPolicy.speeds, speed, default: 1)
    at = now
  }

  /// Lets time pass; a `now` before the last one passes none.
  package mutating func advance(to now: Duration) {
    if now > at { elapsed += (now - at) * speed }
    at = now
  }

  /// Changes the speed from now on, within ``ReconnectPolicy/speeds``.
  package mutating func run(at speed: Double, now: Duration) {
    advance(to: now)
    self.speed = ReconnectPolicy.within(ReconnectPolicy.speeds, speed, default: 1)
  }

  /// How much real time it takes from the last advance until it shows `time`.
  package func wait(until time: Duration) -> Duration { max(.zero, time - elapsed) / speed }
}
