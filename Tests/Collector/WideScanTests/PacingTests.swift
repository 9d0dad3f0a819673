import Testing
import WideScan

@Suite struct PacerTests {
  /// Whatever the rate, and however oddly the caller comes, no tenth of a second sees more than 1 % too many, and on
  /// average nothing is lost but what lateness loses.
  @Test(arguments: [1.0, 7, 50, 333, 1000, 1111, 1200, 1999, 10_000, 123_456, 1_000_000])
  func neverTooMany(_ rate: Double) {
    var pacer = Pacer(rate: rate)
    var random = SystemRandomNumberGenerator()
    var (now, times): (Int64, [Int64]) = (1_000_000_000, [])
    let end = now + Int64(min(20, max(2, 200_000 / rate)) * 1e9)
    while now < end {
      let count = min(pacer.allowance(at: now), Int.random(in: 1...256, using: &random))
      pacer.take(count)
      times += Array(repeating: now, count: count)
      // Late by up to two milliseconds, and once in a while asleep for a second.
      let late =
        Int.random(in: 0..<2000, using: &random) == 0 ? 1_000_000_000 : Int64.random(in: 1...2_000_000)
      now += max(1, count == 0 ? pacer.pause : 0) + (Bool.random(using: &random) ? 0 : late)
    }
    let most = (rate / 10 * 1.01).rounded(.up)
    var first = 0
    for (place, time) in times.enumerated() {
      while times[first] <= time - 100_000_000 { first += 1 }
      #expect(Double(place - first + 1) <= max(1, most), "\(rate)/s: \(place - first + 1) in 100 ms")
    }
  }

  @Test(arguments: [3.0, 100, 5000, 250_000]) func inTimeItReachesTheRate(_ rate: Double) {
    var pacer = Pacer(rate: rate)
    var (now, sent): (Int64, Int) = (0, 0)
    while now < 10_000_000_000 {
      let count = pacer.allowance(at: now)
      pacer.take(count)
      sent += count
      now += max(100_000, pacer.pause)
    }
    #expect(Double(sent) > rate * 10 * 0.99 - 1, "\(sent)")
  }

  @Test func aClockThatGoesBackGivesNothing() {
    var pacer = Pacer(rate: 100)
    #expect(pacer.allowance(at: 1_000_000_000) == 1)
    pacer.take(1)
    #expect(pacer.allowance(at: 0) == 0)
    #expect(pacer.allowance(at: 1_005_000_000) == 0)
    #expect(pacer.allowance(at: 1_010_000_000) == 1)
  }
}
