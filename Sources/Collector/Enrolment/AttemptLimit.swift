/// Slows down whoever shows wrong credentials: five attempts at once, then one every twelve seconds, for each address;
/// and a hundred times that for all strangers together.
struct AttemptLimit {
  static let burst = 5.0
  static let interval: Duration = .seconds(12)
  static let everybody = 100.0
  /// Addresses remembered; where there are more, those who have been silent longest are forgotten.
  static let addressLimit = 4096

  private struct Bucket {
    var tokens: Double
    var filled: Duration
  }

  private var buckets: [String: Bucket] = [:]
  private var all = Bucket(tokens: burst * everybody, filled: .zero)

  /// How long a source has to wait before it may ask; `nil` where it may now.
  mutating func wait(for source: String, now: Duration) -> Duration? {
    let own = Self.filled(buckets[source] ?? Bucket(tokens: Self.burst, filled: now), now, 1)
    let shared = Self.filled(all, now, Self.everybody)
    return own.tokens >= 1 && shared.tokens >= 1 ? nil : Self.interval
  }

  /// Notes that a source was wrong.
  mutating func failed(_ source: String, now: Duration) {
    if buckets.count >= Self.addressLimit, buckets[source] == nil {
      let old = buckets.sorted { $0.value.filled < $1.value.filled }.prefix(Self.addressLimit / 4)
      for (address, _) in old { buckets[address] = nil }
    }
    var own = Self.filled(buckets[source] ?? Bucket(tokens: Self.burst, filled: now), now, 1)
    own.tokens -= 1
    buckets[source] = own
    all = Self.filled(all, now, Self.everybody)
    all.tokens -= 1
  }

  private static func filled(_ bucket: Bucket, _ now: Duration, _ factor: Double) -> Bucket {
    let passed = Double((now - bucket.filled).components.seconds)
    let gained = max(0, passed) / Double(interval.components.seconds) * factor
    guard gained > 0 else { return bucket }
    return Bucket(tokens: min(burst * factor, bucket.tokens + gained), filled: now)
  }
}
