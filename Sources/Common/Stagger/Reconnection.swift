/// When one gateway goes on line, and when again.
///
/// A value: events go in, the time of the next attempt comes out. All times are of the clock that counts since the
/// machine started and that nobody sets; what the wall clock says does not matter here.
///
/// | what happened | next attempt |
/// |---|---|
/// | the program started, power was not lost | at once |
/// | power was lost | in the slot of the window, at most 30 minutes from now |
/// | the way to the server is back after more than 60 s without a session | the same |
/// | no name, no route | 2 s, doubling to 5 minutes, drawn; costs the server nothing |
/// | refused by TCP, no answer, session cut | the same; after a hold the window, doubling to an hour, drawn |
/// | 0x88, 0x89, 0x97, 0x9F, 0x9C, 0x9D | the window, doubling to an hour, drawn |
/// | TLS failed | 10 s (after a hold the window), doubling to an hour, drawn |
/// | 0x86, 0x87: not let in | 10 s (after a hold the window), doubling to 6 hours, drawn |
package struct Reconnection: Hashable, Sendable {
  /// Why the wait is as it is.
  package enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
    case none
    case powerRestoration = "power_restoration"
    case wanReturn = "wan_return"
    case retry, busy, tls, credentials
  }

  /// When to attempt next.
  package struct Plan: Hashable, Sendable {
    package var at: Duration
    package var reason: Reason

    package var isHold: Bool { reason == .powerRestoration || reason == .wanReturn }
  }

  /// What is worth keeping over a restart.
  package struct Kept: Hashable, Sendable {
    package var failures: Int
    /// When the hold in course began, on the clock of this boot.
    package var holdBegan: Duration?

    package init(failures: Int = 0, holdBegan: Duration? = nil) {
      self.failures = failures
      self.holdBegan = holdBegan
    }
  }

  private struct Hold: Hashable, Sendable {
    var clock: VirtualClock
    var offset: Duration
    var began: Duration
    /// When it ends whatever the clock shows.
    var latest: Duration
    var reason: Reason
  }

  /// How long a gateway waits whose certificate or password is wrong, at most.
  package static let longestRefusal: Duration = .seconds(6 * 3600)
  private static let firstPlainRetry: Duration = .seconds(10)

  private var policy: ReconnectPolicy
  private var offset: Duration
  private var speed: Double
  private var plain: RetryDelay
  private var window: RetryWindow
  private var hold: Hold?
  private var offlineSince: Duration?
  /// Whether many came back with us, and no session has been stable since.
  private var isHerd = false
  /// Whether the hold of this outage is over.
  private var isReleased = false

  package init(
    policy: ReconnectPolicy, slot: Slot, kind: GatewayClass = .normal, plain: RetryDelay = RetryDelay(),
    failures: Int = 0
  ) {
    self.policy = policy
    self.plain = plain
    offset = slot.offset(of: kind, in: policy)
    speed = policy.speed
    window = RetryWindow(failures: failures)
  }

  /// What to keep on disk now.
  ///
  /// Only the hold after a power loss is kept: the return of a line that comes and goes would wear the flash.
  package var kept: Kept {
    let isKept = hold?.reason == .powerRestoration
    return Kept(failures: Int(window.failures), holdBegan: isKept ? hold?.began : nil)
  }

  /// The program starts; `holdBegan` is when the hold began that it continues.
  package mutating func begin(powerLost: Bool, holdBegan: Duration? = nil, now: Duration) -> Plan {
    offlineSince = now
    guard powerLost || holdBegan != nil else { return Plan(at: now, reason: .none) }
    // A time from another boot may lie in the future.
    let began = holdBegan.map { min($0, now) } ?? now
    return startHold(.powerRestoration, began: began, now: now)
  }

  /// The way to the server is there: says whether to take it now.
  package mutating func found(now: Duration) -> Plan {
    if hold != nil { return plan(now: now) }
    guard !isReleased, let since = offlineSince, now - since > ReconnectPolicy.herdAfter else {
      return Plan(at: now, reason: .none)
    }
    return startHold(.wanReturn, began: now, now: now)
  }

  /// The operator published another speed: says when the attempt is due now, if one is held.
  package mutating func run(at speed: Double, now: Duration) -> Plan? {
    self.speed = speed
    guard hold != nil else { return nil }
    hold?.clock.run(at: speed, now: now)
    return plan(now: now)
  }

  /// The operator has another policy: it holds from the next hold on, so that no hold is cut short by it.
  package mutating func adopt(_ policy: ReconnectPolicy, slot: Slot, kind: GatewayClass) {
    guard hold == nil else { return }
    self.policy = policy
    offset = slot.offset(of: kind, in: policy)
    speed = policy.speed
  }

  /// Others publish `other`: says when the attempt is due now, if one is held; `nil` goes back to our own policy.
  package mutating func follow(_ other: ReconnectPolicy?, now: Duration) -> Plan? {
    guard hold != nil else { return nil }
    return run(at: other.map { policy.speed(following: $0) } ?? policy.speed, now: now)
  }

  /// The attempt begins that was held, or the owner does not want to wait.
  package mutating func release() {
    hold = nil
    isReleased = true
  }

  /// There is a session.
  package mutating func connected() {
    hold = nil
    offlineSince = nil
    isReleased = false
  }

  /// Over what time gateways that come back together should send what they have to tell; zero for one that comes alone.
  package var spread: Duration { isHerd ? policy.window / max(1, speed) : .zero }

  /// The session has lasted for ``ReconnectPolicy/stable``: what failed before it is forgotten.
  package mutating func settled() {
    window.reset()
    isHerd = false
  }

  /// An attempt failed, or a session ended after `lasted`; `draw` is a number from 0 to 1 that nobody can guess.
  package mutating func failed(
    _ failure: ConnectFailure, lasted: Duration?, now: Duration, draw: Double
  ) -> Plan {
    hold = nil
    if offlineSince == nil { offlineSince = now }
    if let lasted, lasted >= ReconnectPolicy.stable { settled() }
    // Who has lost the way altogether comes back with all others that have.
    if failure == .nowhere { isReleased = false }
    if failure == .nowhere || (failure == .unreachable && !isHerd) {
      return Plan(at: now + plain.next(lasted: lasted, draw: draw), reason: .retry)
    }
    let first = isHerd ? policy.firstRetry : Self.firstPlainRetry
    let hour = ReconnectPolicy.longestRetry
    return switch failure {
    case .nowhere, .unreachable: wait(first, hour, .retry, now, draw)
    case .busy: wait(policy.firstRetry, hour, .busy, now, draw)
    case .tls: wait(first, hour, .tls, now, draw)
    case .credentials: wait(first, Self.longestRefusal, .credentials, now, draw)
    }
  }

  private mutating func wait(
    _ first: Duration, _ cap: Duration, _ reason: Reason, _ now: Duration, _ draw: Double
  ) -> Plan {
    // Drawn over a window already: it is not held on top of that.
    isReleased = true
    return Plan(at: now + window.next(first: first, cap: cap, draw: draw), reason: reason)
  }

  private mutating func startHold(_ reason: Reason, began: Duration, now: Duration) -> Plan {
    isHerd = true
    hold = Hold(
      clock: VirtualClock(speed: speed, now: began), offset: offset, began: began,
      latest: began + policy.latest(offset), reason: reason)
    return plan(now: now)
  }

  /// When the hold ends; never later than ``ReconnectPolicy/latest(_:)`` after it began, nor than half an hour from now.
  private mutating func plan(now: Duration) -> Plan {
    guard var hold else { return Plan(at: now, reason: .none) }
    hold.clock.advance(to: now)
    self.hold = hold
    let due = min(now + hold.clock.wait(until: hold.offset), hold.latest)
    return Plan(at: max(now, min(due, now + ReconnectPolicy.longestHold)), reason: hold.reason)
  }
}
