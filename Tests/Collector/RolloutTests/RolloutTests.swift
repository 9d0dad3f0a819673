import FleetContract
import Rollout
import Testing

@Suite struct RolloutTests {
  private static func gateways(_ count: Int) -> [GatewayID] {
    (0..<count).compactMap { number in
      GatewayID(hash: (0..<10).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }
  }

  private static func stages(_ text: String) -> [Percent] {
    text.split(separator: ",").compactMap { Percent(String($0)) }
  }

  @Test func `stages grow from one gateway to all`() {
    func targets(_ count: Int, _ stages: String) -> [Int] {
      Rollout(id: "r", gateways: Self.gateways(count), stages: Self.stages(stages)).targets
    }
    #expect(targets(1000, "1%,10%,100%") == [10, 100, 1000])
    #expect(targets(7, "1%,10%,100%") == [1, 2, 7])
    #expect(targets(2, "1%,10%,100%") == [1, 2])
    #expect(targets(50, "10%") == [5, 50])
    #expect(targets(3, "100%") == [3])
    #expect(targets(0, "1%,100%") == [])
    #expect(targets(200, "50%,1%") == [2, 100, 200])
    #expect(Percent("0.5%")?.share(of: 1000) == 5)
    #expect(Percent("101%") == nil && Percent("1.234%") == nil && Percent("%") == nil)
  }

  @Test func `the order is the roll-out's, not the list's`() {
    let gateways = Self.gateways(500)
    let first = Rollout(id: "a", gateways: gateways)
    #expect(first.order == Rollout(id: "a", gateways: gateways.reversed() + gateways).order)
    #expect(first.order != Rollout(id: "b", gateways: gateways).order)
    #expect(Set(first.order) == Set(gateways))
  }

  @Test func `one failure in the first stage spares the rest`() {
    var rollout = Rollout(id: "r", gateways: Self.gateways(100), stages: Self.stages("1%,100%"))
    guard case .send(let stage) = rollout.next() else {
      Issue.record("nothing sent")
      return
    }
    #expect(stage.count == 1 && rollout.next() == .wait)
    rollout.ended(stage[0], succeeded: false)
    #expect(rollout.next() == .stopped && rollout.sent == 1)
  }

  /// Whatever gateways do, in whatever order they answer.
  @Test(arguments: 0..<300) func `never goes on beyond what is borne, and always comes to an end`(
    seed: UInt64
  ) {
    var chance = Chance(state: seed)
    let gateways = Self.gateways(Int.random(in: 1...400, using: &chance))
    let stages = (0..<Int.random(in: 0...4, using: &chance)).compactMap { _ in
      Percent(hundredths: .random(in: 0...10_000, using: &chance))
    }
    let tolerated = Percent(hundredths: .random(in: 0...3000, using: &chance)) ?? .none
    let failing = Double.random(in: 0...0.4, using: &chance)
    var rollout = Rollout(id: "r\(seed)", gateways: gateways, stages: stages, tolerated: tolerated)
    var commanded: [GatewayID] = []
    for _ in 0..<10_000 {
      switch rollout.next() {
      case .send(let stage):
        #expect(rollout.pending.count == stage.count, "a stage begins when the one before has ended")
        // What is known when a stage begins is within bounds.
        #expect(!tolerated.isExceeded(by: rollout.failed.count, of: commanded.count))
        #expect(!stage.isEmpty)
        commanded += stage
      case .wait:
        let one = rollout.pending.randomElement(using: &chance)
        guard let one else {
          Issue.record("waits for nobody")
          return
        }
        rollout.ended(one, succeeded: Double.random(in: 0..<1, using: &chance) >= failing)
      case .finished:
        #expect(Set(commanded) == Set(gateways) && commanded.count == gateways.count)
        #expect(!tolerated.isExceeded(by: rollout.failed.count, of: commanded.count))
        return
      case .stopped:
        #expect(tolerated.isExceeded(by: rollout.failed.count, of: commanded.count))
        return
      }
    }
    Issue.record("no end")
  }

  /// Always the same numbers (SplitMix64: Steele, Lea, Flood, 2014).
  private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }
}
