/// How many refused commands are answered: twenty at once, then one every three seconds.
///
/// Whoever can write to the broker could otherwise have the gateway fill its outbox and its log.
package struct RefusalQuota: Hashable, Sendable {
  package static let burst = 20
  package static let pause = Duration.seconds(3)

  private var left = burst
  private var refilled: Duration = .zero
  private var passed = 0

  package init() {}

  /// Whether one more may be answered.
  package mutating func take(now: Duration) -> Bool {
    let earned = Int((now - refilled) / Self.pause)
    if left + earned >= Self.burst {
      left = Self.burst
      refilled = now
    } else {
      left += earned
      refilled += Self.pause * earned
    }
    guard left > 0 else {
      passed += 1
      return false
    }
    left -= 1
    return true
  }

  /// How many were not answered since this was asked last; `nil` for none.
  package mutating func takePassed() -> Int? {
    defer { passed = 0 }
    return passed == 0 ? nil : passed
  }
}
