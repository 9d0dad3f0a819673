import Campaigns
import Testing

@Suite struct VerdictTests {
  @Test(arguments: [
    (FoundTarget.State.open, true, ClosingVerdict.Outcome.stillOpen), (.tarpit, true, .stillOpen),
    (.closed, false, .closed), (.filtered, false, .closed), (.unreachable, true, .unjudged),
  ])
  func `an answer is judged by itself`(
    _ state: FoundTarget.State, _ wasOpen: Bool, _ outcome: ClosingVerdict.Outcome
  ) {
    #expect(ClosingVerdict(seen: state, wasSeenOpen: wasOpen).outcome == outcome)
    #expect(ClosingVerdict(seen: state, wasSeenOpen: !wasOpen).outcome == outcome)
  }

  @Test func `silence proves something only where there had been an answer`() {
    #expect(ClosingVerdict(seen: nil, wasSeenOpen: true) == ClosingVerdict(.closed, .silent))
    #expect(ClosingVerdict(seen: nil, wasSeenOpen: false) == .unjudged(.neverSeen))
  }
}
