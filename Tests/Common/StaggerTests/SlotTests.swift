import Stagger
import Testing

@Suite struct SlotTests {
  /// The vector of the authors' reference implementation.
  @Test func theHashIsSipHash() {
    let hash = KeyedHash(key: 0..<16)
    #expect(hash.hash(Array(0..<15)) == 0xa129_ca61_49be_45e5)
    #expect(hash.hash([]) == 0x726f_db47_dd0e_0e31)
  }

  private static func slots(_ count: Int, epoch: UInt64 = 0) -> [Slot] {
    let secret = KeyedHash(key: [UInt8](repeating: 7, count: 16))
    return (0..<count).map { Slot(secret: secret, gateway: Array("gw-\($0)".utf8), epoch: epoch) }
  }

  /// Gateways for every class, as many as the policy says, each with the second it is due.
  private static func due(_ policy: ReconnectPolicy, of count: Int) -> [(GatewayClass, Double)] {
    slots(count).enumerated().map { index, slot in
      let share = Double(index) / Double(count)
      let kind: GatewayClass =
        share < policy.criticalShare
        ? .critical : share < policy.criticalShare + policy.lowShare ? .low : .normal
      return (kind, slot.offset(of: kind, in: policy) / .seconds(1))
    }
  }

  @Test(arguments: [(0.01, 0.0), (0.01, 0.2), (0, 0), (0.04, 0.5), (0, 0.4)])
  func theClassesTogetherFillTheWindowEvenly(_ critical: Double, _ low: Double) {
    let policy = ReconnectPolicy(windowSeconds: 600, criticalShare: critical, lowShare: low)
    let due = Self.due(policy, of: 60_000)
    var counts = [Int](repeating: 0, count: 20)
    for (_, second) in due { counts[min(19, Int(second / 30))] += 1 }
    // 3,000 each; five standard deviations are 270.
    #expect(counts.allSatisfy { abs($0 - 3000) < 270 }, "\(counts)")
    #expect(due.allSatisfy { (0...600).contains($0.1) })
    #expect(due.filter { $0.0 == .critical }.allSatisfy { $0.1 <= 30 })
    #expect(due.filter { $0.0 == .low }.allSatisfy { $0.1 >= 300 })
  }

  @Test func anotherEpochIsAnotherOrder() {
    let changed = zip(Self.slots(1000), Self.slots(1000, epoch: 1)).filter {
      abs($0.position - $1.position) > 0.01
    }
    #expect(changed.count > 950)
    #expect(Self.slots(10) == Self.slots(10))
  }

  @Test(arguments: [0.0, -5, 1, 29, 59, 365 * 86_400, .infinity, -.infinity, .nan])
  func noWindowIsOutOfBounds(_ seconds: Double) {
    let policy = ReconnectPolicy(windowSeconds: seconds)
    #expect(ReconnectPolicy.windows.contains(policy.window))
    for kind in GatewayClass.allCases {
      for position in stride(from: 0, to: 1, by: 0.01) {
        let offset = Slot(bits: UInt64(position * 0x1p64)).offset(of: kind, in: policy)
        #expect(offset >= .zero && offset <= policy.window)
      }
    }
  }

  @Test(arguments: [(2.0, 2.0), (-1, -1), (1, 0), (0, 1), (.nan, .nan), (0.5, 0.9)])
  func noShareIsOutOfBounds(_ critical: Double, _ low: Double) {
    let policy = ReconnectPolicy(criticalShare: critical, lowShare: low, speed: .nan)
    #expect(policy.criticalShare + policy.lowShare <= 1)
    #expect(policy.speed == 1)
    for (_, second) in Self.due(policy, of: 1000) { #expect((0...600).contains(second)) }
  }
}
