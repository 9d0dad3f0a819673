/// Keeps probes under a rate: never more than 1 % over it in any tenth of a second, and no rush after a pause.
///
/// A token bucket that holds what 0.9 ms of the rate bring, or one probe: in a time T at most `rate` × T and a bucket go
/// out, so that 100 ms see at most 0.9 % more; and below a probe each 0.9 ms, their distance is exact.
package struct Pacer: Sendable {
  /// Probes a second.
  package var rate: Double { didSet { capacity = Self.capacity(rate) } }
  private var capacity: Double
  private var tokens = 1.0
  private var filled: Int64?

  package init(rate: Double) {
    precondition(rate > 0 && rate.isFinite, "a rate is more than 0")
    self.rate = rate
    capacity = Self.capacity(rate)
  }

  private static func capacity(_ rate: Double) -> Double { max(1, rate * 0.0009) }

  /// How many probes may leave at `now`, a time in nanoseconds of a clock that never goes back.
  package mutating func allowance(at now: Int64) -> Int {
    if let filled, now > filled { tokens += Double(now - filled) * rate / 1e9 }
    tokens = min(tokens, capacity)
    filled = max(now, filled ?? now)
    return Int(tokens + 1e-9)
  }

  /// Notes that so many have left, at most what was allowed.
  package mutating func take(_ count: Int) { tokens -= Double(count) }

  /// Nanoseconds until it is worth coming back: when half a bucket of probes, or one, may leave.
  package var pause: Int64 {
    let worth = max(1, capacity / 2)
    return tokens >= worth ? 0 : Int64(((worth - tokens) / rate * 1e9).rounded(.up))
  }
}
