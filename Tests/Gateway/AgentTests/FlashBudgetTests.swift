import Agent
import Testing

@Suite struct FlashBudgetTests {
  private func expect(
    _ budget: inout FlashBudget, _ hasRoom: Bool, written: Int, now: Duration,
    at place: SourceLocation = #_sourceLocation
  ) {
    let answer = budget.hasRoom(written: written, now: now)
    #expect(answer == hasRoom, sourceLocation: place)
  }

  /// Scans every five minutes of a LAN where something changes each time, for three days.
  @Test func `whatever flaps, no day sees more than the limit and what was written last`() {
    var budget = FlashBudget(written: 70_000, now: .seconds(100))
    var written = 70_000
    var writes: [(at: Duration, bytes: Int)] = []
    for minute in stride(from: 5, through: 3 * 1440, by: 5) {
      let now = Duration.seconds(100 + minute * 60)
      if budget.hasRoom(written: written, now: now) {
        written += 150_000
        writes.append((now, 150_000))
      }
    }
    for start in writes.map(\.at) {
      let day = writes.filter { $0.at >= start && $0.at < start + .seconds(86_400) }.map(\.bytes).reduce(0, +)
      #expect(day <= FlashBudget.day + 150_000)
    }
    // It is not starved either: three quarters of a day's bytes come back in a day.
    #expect(written > 2 * FlashBudget.day)
  }

  @Test func `what news took is missing for the state, and comes back`() {
    var budget = FlashBudget(written: 0, now: .zero)
    expect(&budget, true, written: 1_000_000, now: .seconds(1))
    expect(&budget, false, written: 2_000_000, now: .seconds(2))
    expect(&budget, false, written: 2_000_000, now: .seconds(3600))
    expect(&budget, true, written: 2_000_000, now: .seconds(6 * 3600))
  }

  @Test func `a long sleep gives no more than one burst`() {
    var budget = FlashBudget(written: 0, now: .zero)
    expect(&budget, true, written: 0, now: .seconds(1_000_000_000))
    expect(&budget, false, written: FlashBudget.day / 4, now: .seconds(1_000_000_000))
  }
}
