/// Slows down whoever asks too often: a burst at once, then one each interval, for each source; and a multiple of that
/// for all strangers together.
package struct AttemptLimit: Sendable {
  /// How many at once.
  package let burst: Double
  /// After how long one more.
  package let interval: Duration
  /// How many sources may use all of theirs at the same time.
  package let everybody: Double
  /// Sources remembered; where there are more, those who have been silent longest are forgotten.
  package static let sourceLimit = 4096

  private struct Bucket {
    var tokens: Double
    var filled: Duration
  }

  private var buckets: [String: Bucket] = [:]
  private var all: Bucket

  /// Creates a limit; as it is given, the one for wrong credentials: five at once, then one every twelve seconds.
  package init(burst: Double = 5, interval: Duration = .seconds(12), everybody: Double = 100) {
    self.burst = burst
    self.interval = interval
    self.everybody = everybody
    all = Bucket(tokens: burst * everybody, filled: .zero)
  }

  /// How long a source has to wait before it may ask; `nil` where it may now.
  package mutating func wait(for source: String, now: Duration) -> Duration? {
    let own = filled(buckets[source] ?? Bucket(tokens: burst, filled: now), now, 1)
    let shared = filled(all, now, everybody)
    return own.tokens >= 1 && shared.tokens >= 1 ? nil : interval
  }

  /// Notes that a source was wrong, or has asked.
  package mutating func failed(_ source: String, now: Duration) {
    if buckets.count >= Self.sourceLimit, buckets[source] == nil {
      let old = buckets.sorted { $0.value.filled < $1.value.filled }.prefix(Self.sourceLimit / 4)
      for (address, _) in old { buckets[address] = nil }
    }
    var own = filled(buckets[source] ?? Bucket(tokens: burst, filled: now), now, 1)
    own.tokens -= 1
    buckets[source] = own
    all = filled(all, now, everybody)
    all.tokens -= 1
  }

  private func filled(_ bucket: Bucket, _ now: Duration, _ factor: Double) -> Bucket {
    let passed = max(0, (now - bucket.filled) / .milliseconds(1))
    let gained = passed / (interval / .milliseconds(1)) * factor
    guard gained > 0 else { return bucket }
    return Bucket(tokens: min(burst * factor, bucket.tokens + gained), filled: now)
  }
}
