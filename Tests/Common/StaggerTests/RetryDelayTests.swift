import Stagger
import Testing

@Suite struct RetryDelayTests {
  @Test func theBoundDoublesToTheCap() {
    var delay = RetryDelay()
    let waits = (0..<12).map { _ in delay.next(lasted: nil, draw: 1) }
    #expect(waits[0] == .seconds(2) && waits[1] == .seconds(4) && waits[4] == .seconds(32))
    #expect(waits[8...].allSatisfy { $0 == RetryDelay.cap })
  }

  /// Jitter after the cap: gateways that failed together do not return together.
  @Test func atTheCapTheDelaysAreStillSpread() {
    let waits = (1...100).map { draw in
      var delay = RetryDelay()
      return (0..<12).map { _ in delay.next(lasted: nil, draw: Double(draw) / 100) }.last
    }
    #expect(Set(waits).count == 100)
  }

  @Test func onlyASessionThatLastedResetsIt() {
    var delay = RetryDelay()
    for _ in 0..<6 { _ = delay.next(lasted: nil, draw: 1) }
    #expect(delay.next(lasted: .seconds(59), draw: 1) > .seconds(100))
    #expect(delay.next(lasted: .seconds(60), draw: 1) == .seconds(2))
  }

  @Test func neverABusyLoop() {
    var delay = RetryDelay()
    #expect(delay.next(lasted: nil, draw: 0) >= .milliseconds(100))
  }
}
