import Addresses
import Exposures
import Posture
import Testing
import Wording

/// What is advised for a port, by the evidence on it.
struct VerdictTests {
  private let week = 7 * Verdicts.day
  private let month = 30 * Verdicts.day

  private func verdict(_ evidence: PortEvidence) -> ClosingPlan.Verdict { Verdicts.judge(evidence).verdict }

  @Test func telnetTowardsTheInternetGoesAfterADayWithoutUse() {
    var telnet = PortEvidence(.wan, .tcp(23), isOwnerKnown: false)
    #expect(verdict(telnet) == .afterLearning)
    telnet.use = .unseen(seconds: Verdicts.day - 1)
    #expect(verdict(telnet) == .afterLearning)
    telnet.use = .unseen(seconds: Verdicts.day)
    #expect(verdict(telnet) == .now)
    #expect(Verdicts.judge(telnet).reasons.contains(.unusedForDay))
    telnet.use = .seen(secondsAgo: week)
    #expect(verdict(telnet) == .ask, "somebody outside uses it")
  }

  @Test func whatHasAnOwnerIsWatchedForTwoWeeks() {
    var web = PortEvidence(.wan, .tcp(8080), use: .unseen(seconds: week))
    #expect(verdict(web) == .afterLearning)
    web.use = .unseen(seconds: 14 * Verdicts.day)
    #expect(verdict(web) == .now)
    web.isOwnerKnown = false
    #expect(verdict(web) == .ask)
    web.use = .seen(secondsAgo: 15 * Verdicts.day)
    web.isOwnerKnown = true
    #expect(verdict(web) == .now, "use of before the time of learning is no use")
  }

  @Test func plantsAreAskedAbout() {
    for port in Verdicts.industrial {
      #expect(verdict(PortEvidence(.wan, port, use: .unseen(seconds: 2 * month))) == .ask)
    }
    let logger = PortEvidence(.wan, .tcp(80), use: .unseen(seconds: month), isIndustrial: true)
    #expect(verdict(logger) == .ask)
  }

  @Test func whatTheLineNeedsStays() {
    #expect(verdict(PortEvidence(.wan, .udp(68), use: .unseen(seconds: month))) == .never)
    #expect(verdict(PortEvidence(.wan, .udp(546), use: .unseen(seconds: month))) == .never)
    #expect(verdict(PortEvidence(.wan, .udp(500), use: .unseen(seconds: month))) == .never)
    // A device that had its telephone port mapped is another matter.
    let mapped = PortEvidence(.wan, .udp(5060), means: [.mapping], use: .unseen(seconds: month))
    #expect(verdict(mapped) == .now)
  }

  @Test func theLANIsLeftAlone() {
    #expect(verdict(PortEvidence(.lan, .tcp(80), use: .unseen(seconds: month))) == .never)
    #expect(verdict(PortEvidence(.lan, .tcp(23), use: .unseen(seconds: month))) == .ask)
  }

  @Test func whatIsNotSureToBeOpenIsAskedAbout() {
    #expect(verdict(PortEvidence(.wan, .tcp(23), reachable: .maybe, use: .unseen(seconds: month))) == .ask)
    #expect(Verdicts.judge(PortEvidence(.wan, .tcp(23), reachable: .no)).reasons == [.blocked])
  }

  /// Any evidence whatever: what must hold of every verdict.
  @Test(arguments: 0..<20) func promisesHoldForAnyEvidence(_ seed: UInt64) {
    var chance = Chance(seed: seed)
    for _ in 0..<2000 {
      let evidence = PortEvidence.any(&chance)
      let (verdict, reasons) = Verdicts.judge(evidence)
      #expect(!reasons.isEmpty && Set(reasons).count == reasons.count)
      if evidence.hasAdminSession || evidence.need == .yes || evidence.reachable == .no || evidence.isOurs {
        #expect(verdict == .never, "\(evidence)")
      }
      if evidence.side == .lan { #expect(verdict == .never || verdict == .ask) }
      if Verdicts.industrial.contains(evidence.port) { #expect(verdict == .never || verdict == .ask) }
      guard verdict == .now else { continue }
      // Three kinds at least: it can be reached, nobody uses it, and it is known to be bad or whose it is.
      #expect(evidence.reachable == .yes && evidence.side == .wan && evidence.use != .unknown)
      #expect(Verdicts.hardList.contains(evidence.port) || evidence.need == .no || evidence.isOwnerKnown)
      for weaker in evidence.weaker { #expect(self.verdict(weaker) != .now, "\(weaker)") }
    }
  }

  @Test func everyReasonHasWordsInBothLanguages() {
    for reason in Reason.allCases {
      #expect(!reason.text.ja.isEmpty && !reason.text.en.isEmpty)
      #expect(reason.text.ja.unicodeScalars.contains { $0.value > 0x3000 })
      #expect(reason.isLearned == reason.text.en.contains("(learned)"), "\(reason): learned is said so")
    }
  }
}

extension PortEvidence {
  fileprivate static func any(_ chance: inout Chance) -> PortEvidence {
    let ports =
      Array(Verdicts.hardList) + Array(Verdicts.industrial) + Array(Verdicts.essentialFromInternet) + [
        .tcp(80), .tcp(443), .udp(9), .tcp(65_535),
      ]
    let spans = [0, 1, Verdicts.day - 1, Verdicts.day, 14 * Verdicts.day, 35 * Verdicts.day, Int.max]
    let span = spans.randomElement(using: &chance) ?? 0
    let uses: [Use] = [.unknown, .seen(secondsAgo: span), .unseen(seconds: span)]
    func flip() -> Bool { Bool.random(using: &chance) }
    return PortEvidence(
      flip() ? .wan : .lan, ports.randomElement(using: &chance) ?? .tcp(1),
      means: Set(ExposedPort.Means.allCases.filter { _ in flip() }),
      reachable: Truth.allCases.randomElement(using: &chance) ?? .no, isOwnerKnown: flip(),
      isContainer: flip(),
      isOurs: flip() && flip() && flip(), isTemporary: flip() && flip() && flip(),
      need: Need.allCases.randomElement(using: &chance) ?? .unknown,
      use: uses.randomElement(using: &chance) ?? .unknown,
      hasAdminSession: flip() && flip() && flip(), isIndustrial: flip())
  }

  /// The same with one kind of evidence taken away.
  fileprivate var weaker: [PortEvidence] {
    var unseen = self, unwatched = self
    unseen.reachable = .maybe
    unwatched.use = .unknown
    var nobodys = self
    nobodys.port = .tcp(12_345)
    nobodys.need = .unknown
    nobodys.isOwnerKnown = false
    return [unseen, unwatched, nobodys]
  }
}

/// SplitMix64 (Steele et al., 2014): the same numbers for the same seed.
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
