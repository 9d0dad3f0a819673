/// What a way to come back came to.
package struct RestorationOutcome: Hashable, Sendable, Codable {
  package var policy: ComparedPolicy
  /// The most attempts in a second, as a part of the capacity that was believed.
  package var peakToCapacity: Double
  package var rejectsPerGateway: Double
  /// Seconds from being able to connect to a session, of those that got one; `nil` where nobody did.
  package var p50: Int?
  package var p99: Int?
  package var criticalP99: Int?
  /// Seconds from the first gateway that was ready until 99 % have a session; `nil` where that never comes.
  package var t99: Int?
  /// What part has a session in the end.
  package var connected: Double
  /// Whether refusing took all the capacity for ``Simulation/livelockAfter`` seconds on end.
  package var livelock: Bool
  /// What part has a session, every ten seconds from the first gateway that was ready.
  package var curve: [Double]

  private enum CodingKeys: String, CodingKey {
    case policy, connected, livelock, curve
    case peakToCapacity = "peak_to_capacity"
    case rejectsPerGateway = "rejects_per_gateway"
    case p50 = "p50_s"
    case p99 = "p99_s"
    case criticalP99 = "critical_p99_s"
    case t99 = "t99_s"
  }
}

/// Seconds that something took, counted.
struct SecondCounts {
  private var counts: [Int]
  private(set) var total = 0

  init(upTo seconds: Int) { counts = [Int](repeating: 0, count: seconds + 1) }

  mutating func add(_ second: Int) {
    counts[min(counts.count - 1, max(0, second))] += 1
    total += 1
  }

  subscript(_ second: Int) -> Int { second < counts.count ? counts[second] : 0 }

  /// The first second by which at least so many were counted; `nil` where there are not as many.
  func second(of number: Double) -> Int? {
    var sum = 0
    for (second, count) in counts.enumerated() {
      sum += count
      if count > 0, Double(sum) >= number { return second }
    }
    return nil
  }

  func quantile(_ part: Double) -> Int? { total == 0 ? nil : second(of: Double(total) * part) }
}
