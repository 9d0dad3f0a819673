import Casework
import Posture
import Testing

/// Seconds after noon.
func at(_ seconds: Int64) -> WallTime { WallTime(milliseconds: 1_795_780_800_000 + seconds * 1000) }

func step(_ kind: CaseStep.Kind, _ seconds: Int64) -> CaseStep { CaseStep(kind, at: at(seconds)) }
func look(_ isOpen: Bool, _ seconds: Int64) -> OutsideLook { OutsideLook(isOpen: isOpen, at: at(seconds)) }

@Suite struct FindingCaseTests {
  private func life(_ steps: [CaseStep], _ looks: OutsideLook...) throws -> FindingCase {
    try #require(FindingCase(steps, outside: looks))
  }

  @Test func `who was told by what came back was not told`() throws {
    func told(_ kind: CaseStep.Kind, _ seconds: Int64, _ detail: String) -> CaseStep {
      var step = step(kind, seconds)
      step.detail = detail
      return step
    }
    let mail = [step(.opened, 0), told(.notified, 1, "mail"), told(.returned, 2, "mail")]
    let alone = try life(mail)
    #expect(alone.stage == .detected && alone.since == at(2) && alone.present.notified == nil)
    #expect(mail.told.isEmpty)
    let again = try life(mail + [told(.notified, 3, "letter")])
    #expect(again.stage == .notified && again.present.notified == at(3))
    // Told by something else, too, or known since.
    let both = mail.prefix(2) + [told(.notified, 2, "letter"), told(.returned, 3, "mail")]
    #expect(try life(Array(both)).present.notified == at(2) && Array(both).told.map(\.detail) == ["letter"])
    let known = try life(mail.prefix(2) + [step(.acknowledged, 2), told(.returned, 3, "mail")])
    #expect(known.stage == .acknowledged && known.present.notified == at(1))
    // What is of an earlier time takes nothing back.
    let back = try life(
      mail.prefix(2) + [
        step(.closed, 3), step(.opened, 4), told(.notified, 5, "letter"), told(.returned, 6, "mail"),
      ])
    #expect(back.stage == .notified && back.present.notified == at(5))
    let reopened = try life([step(.opened, 0), step(.closed, 1), step(.opened, 2)] + mail.dropFirst())
    #expect(reopened.stage == .reopened && reopened.present.notified == nil)
  }

  @Test func `goes from detected to closed`() throws {
    let steps = [
      step(.opened, 0), step(.notified, 10), step(.acknowledged, 20), step(.acted, 30), step(.closed, 40),
    ]
    let stages = try (1...5).map { try life(Array(steps.prefix($0))).stage }
    #expect(stages == [.detected, .notified, .acknowledged, .acted, .closed])
    let whole = try life(steps)
    #expect(whole.since == at(40) && whole.episodes.count == 1)
    #expect(
      whole.present.closed == at(40) && whole.present.notified == at(10) && !whole.present.isVerifiedOutside)
    #expect(FindingCase([step(.closed, 0), step(.notified, 1)]) == nil)
  }

  @Test func `what was seen open from outside is closed only when that was seen, too`() throws {
    let steps = [step(.opened, 0), step(.closed, 40)]
    let waiting = try life(steps, look(true, 20))
    #expect(waiting.stage == .closedInside && waiting.since == at(40))
    #expect(waiting.present.closedInside == at(40) && waiting.present.closed == nil)
    // Looked at before it was found, and open.
    #expect(try life(steps, look(true, -20)).stage == .closedInside)
    let closed = try life(steps, look(true, 20), look(false, 60))
    #expect(closed.stage == .closed && closed.present.closed == at(60) && closed.present.isVerifiedOutside)
    // Outside saw it first.
    let earlier = try life(steps, look(false, 30), look(true, 20))
    #expect(earlier.present.closed == at(40) && earlier.present.isVerifiedOutside)
    // Never open outside: looked at again after it was closed.
    let again = try life(steps, look(false, 70))
    #expect(again.present.closed == at(40) && again.present.isVerifiedOutside)
  }

  @Test func `comes back, from inside or outside`() throws {
    let back = try life([step(.opened, 0), step(.acted, 5), step(.closed, 10), step(.opened, 20)])
    #expect(back.stage == .reopened && back.reopenings == 1 && back.episodes.count == 2)
    #expect(back.present.detected == at(20) && back.present.acted == nil)
    #expect(back.episodes[0].closed == at(10))
    let outside = try life([step(.opened, 0), step(.closed, 10)], look(true, 20))
    #expect(outside.stage == .reopened && outside.reopenings == 1 && outside.present.detected == at(20))
    let shut = try life([step(.opened, 0), step(.closed, 10)], look(true, 20), look(false, 30))
    #expect(shut.stage == .closed && shut.present.closed == at(30) && shut.episodes.count == 2)
    // Back before it was ever closed outside: the same episode.
    let same = try life([step(.opened, 0), step(.closed, 10), step(.opened, 20)], look(true, 5))
    #expect(same.stage == .reopened && same.episodes.count == 1 && same.present.closedInside == nil)
  }

  @Test func `a step backward is noted and changes no stage`() throws {
    let life = try life([step(.opened, 0), step(.acted, 5), step(.notified, 6), step(.notified, 7)])
    #expect(life.stage == .acted && life.since == at(5) && life.present.notified == at(6))
    let closed = try self.life([step(.opened, 0), step(.closed, 5), step(.notified, 6)])
    #expect(closed.stage == .closed && closed.present.notified == nil)
  }

  /// Whatever happens in whatever order, a closed finding is open on no side by what was seen last.
  @Test func `is never closed while a side sees it open`() throws {
    for seed in 0..<3000 {
      var random = SystemRandomNumberGenerator()
      let steps =
        [step(.opened, 0)]
        + (1..<Int.random(in: 1...12, using: &random)).map { number in
          step(CaseStep.Kind.allCases[Int.random(in: 0..<5, using: &random)], Int64(number) * 10)
        }
      let looks = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        look(.random(using: &random), .random(in: -20...150, using: &random) * 10 + 5)
      }
      let life = try #require(FindingCase(steps, outside: looks))
      let inside = steps.last { $0.kind == .opened || $0.kind == .closed }?.kind == .opened
      let newest = looks.map(\.time).max()
      let outside = looks.contains { $0.time == newest && $0.isOpen }
      let both = looks.contains { $0.time == newest && !$0.isOpen } && outside
      if both { continue }
      #expect(life.isClosed == (life.present.closed != nil), "\(seed)")
      #expect(life.episodes.dropLast().allSatisfy { $0.closed != nil })
      // A finding whose gateway was still finding it is closed by no look from outside.
      if inside { #expect(!life.isClosed, "\(steps) \(looks)") }
      if outside { #expect(!life.isClosed, "\(steps) \(looks)") }
      if !inside, !outside { #expect(life.isClosed, "\(steps) \(looks)") }
    }
  }
}

@Suite struct TimeToCloseTests {
  private func episode(_ days: Int64?) -> Episode {
    var episode = Episode(detected: at(0))
    episode.closed = days.map { at($0 * 86_400) }
    return episode
  }

  @Test func `tells the time by which a share is closed`() {
    let times = TimeToClose((1...10).map { episode($0) }, now: at(100 * 86_400))
    #expect(times.closed == 10 && times.open == 0)
    #expect(times.quantile(0.5) == .seconds(5 * 86_400) && times.quantile(0.9) == .seconds(9 * 86_400))
    #expect(abs(times.closedWithin(.seconds(3 * 86_400)) - 0.3) < 1e-9)
  }

  /// By hand: 1 of 4 at day 1; one leaves at day 2 still open; 1 of 2 at day 3; so 0.75, then 0.375 are open.
  @Test func `does not forget what is still open`() {
    var young = Episode(detected: at(98 * 86_400))
    let now = at(100 * 86_400)
    let times = TimeToClose([episode(1), episode(3), episode(nil), young], now: now)
    #expect(times.open == 2)
    #expect(abs(times.closedWithin(.seconds(86_400)) - 0.25) < 1e-9)
    #expect(abs(times.closedWithin(.seconds(4 * 86_400)) - 0.625) < 1e-9)
    #expect(times.quantile(0.5) == .seconds(3 * 86_400) && times.quantile(0.9) == nil)
    young.closed = now
    #expect(TimeToClose([Episode](), now: now).quantile(0.5) == nil)
  }
}
