import LANScan
import Testing

@Suite struct PacerTests {
  /// Takes whenever it may, at random times, and counts what left in every window of one second.
  @Test(arguments: [(1000, 16), (40, 2), (3, 2)])
  func neverOverTheLimitInAnySecond(limit: Int, burst: Int) {
    var pacer = Pacer(limit: limit, burst: burst)
    var now = Duration.seconds(5)
    var sent: [Duration] = []
    while now < .seconds(12) {
      now += .microseconds(Int64.random(in: 1...Int64(3_000_000 / limit)))
      while pacer.allows(at: now) {
        pacer.spend(at: now)
        sent.append(now)
      }
    }
    var start = 0
    for end in sent.indices {
      while sent[end] - sent[start] >= .seconds(1) { start += 1 }
      #expect(end - start + 1 <= limit)
    }
    #expect(Double(sent.count) > Double((limit - burst) * 7) * 0.75, "it must not idle either")
  }

  @Test func aLongPauseSavesUpNoMoreThanTheBurst() {
    var pacer = Pacer(limit: 100, burst: 4)
    var count = 0
    while pacer.allows(at: .seconds(1000)) {
      pacer.spend(at: .seconds(1000))
      count += 1
    }
    #expect(count == 4)
  }
}
