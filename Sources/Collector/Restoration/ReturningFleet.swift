/// When each gateway of an area could connect again: its feeder is live, and it has booted.
///
/// Feeders have 100 to 8,000 gateways (log-normal, about 1,700 in the mean); booting takes 45 s (log-normal, 0.3).
struct ReturningFleet {
  /// Nobody is ready later, in seconds: four hours.
  static let horizon = 4 * 3600

  /// The second in which a gateway is ready.
  private(set) var ready: [UInt16]
  /// All gateways by that second.
  private(set) var order: [UInt32] = []
  /// Where a second begins in ``order``.
  private(set) var starts: [Int]

  init(_ plan: RestorationPlan) {
    var numbers = SeededNumbers(seed: plan.seed)
    var sizes: [Int] = []
    var left = plan.gateways
    while left > 0 {
      let size = min(left, Int(max(100, min(8000, numbers.logNormal(mean: 7.2, deviation: 0.7)))))
      sizes.append(size)
      left -= size
    }
    let restored = plan.scenario.restored(feeders: sizes.count, &numbers)
    ready = []
    ready.reserveCapacity(plan.gateways)
    for (size, time) in zip(sizes, restored) {
      for _ in 0..<size {
        let second = time + numbers.logNormal(mean: 3.8067, deviation: 0.3)
        ready.append(UInt16(min(Double(Self.horizon), second)))
      }
    }
    starts = [Int](repeating: 0, count: Self.horizon + 2)
    for second in ready { starts[Int(second) + 1] += 1 }
    for second in 1..<starts.count { starts[second] += starts[second - 1] }
    var next = starts
    order = [UInt32](repeating: 0, count: plan.gateways)
    for (gateway, second) in ready.enumerated() {
      order[next[Int(second)]] = UInt32(gateway)
      next[Int(second)] += 1
    }
  }

  /// Those that are ready in a second.
  func ready(in second: Int) -> ArraySlice<UInt32> {
    guard second >= 0, second <= Self.horizon else { return [] }
    return order[starts[second]..<starts[second + 1]]
  }

  var first: Int { starts.firstIndex { $0 > 0 }.map { $0 - 1 } ?? 0 }
}
