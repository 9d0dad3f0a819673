import PowerLoss
import Testing

/// What is made of a LAN in the minutes after a start: all times are of the clock that begins with the machine.
@Suite struct LANStartTests {
  private static let began = Duration.seconds(20)
  private static let over = began + LANStart.window

  /// A LAN of devices that came up, that had stayed up, and that are not heard.
  private static func lan(
    anew: Int, there: Int, silent: Int = 0, began: Duration? = began, at: Duration = .seconds(50)
  ) -> LANStart.Watch {
    LANStart.Watch(
      devices: Array(repeating: LANStart.Sight(heard: at, cameUp: at), count: anew)
        + Array(repeating: LANStart.Sight(heard: at, cameUp: nil), count: there)
        + Array(repeating: LANStart.Sight(heard: nil, cameUp: nil), count: silent), began: began)
  }

  private static func verdict(_ lans: LANStart.Watch..., now: Duration = over) -> LANStart.Verdict {
    LANStart(lans, now: now).verdict
  }

  @Test func `half of the house came up with us, and it is said as soon as that is so`() {
    let lan = Self.lan(anew: 5, there: 2, silent: 3)
    for now in [Duration.seconds(51), Self.over, .seconds(100_000)] {
      let start = LANStart([lan], now: now)
      #expect(start.verdict == .startedAnew)
      #expect(start.known == 10 && start.startedAnew == 5 && start.stayedUp == 2)
    }
  }

  @Test func `a house that had stayed up is told from one that is slow, only when there was time to come up`()
  {
    let lan = Self.lan(anew: 1, there: 7, silent: 1)
    #expect(Self.verdict(lan, now: Self.over - .seconds(1)) == .listening)
    #expect(Self.verdict(lan) == .stayedUp)
    // Who listens late has missed who came up before.
    #expect(Self.verdict(Self.lan(anew: 0, there: 8, began: .seconds(130)), now: .seconds(900)) == .unclear)
    let late = Self.lan(anew: 6, there: 2, began: .seconds(130), at: .seconds(140))
    #expect(Self.verdict(late, now: .seconds(141)) == .startedAnew)
  }

  @Test func `few devices, few that are heard, and some of each tell nothing`() {
    #expect(Self.verdict(Self.lan(anew: 2, there: 0)) == .unclear)
    #expect(Self.verdict(Self.lan(anew: 0, there: 3, silent: 9)) == .unclear)
    #expect(Self.verdict(Self.lan(anew: 3, there: 5)) == .unclear)
    #expect(Self.verdict() == .unclear)
  }

  /// A lease that is asked for hours later is nothing of this start.
  @Test func `what is heard later does not count`() {
    let start = LANStart([Self.lan(anew: 8, there: 0, at: Self.over + .seconds(1))], now: .seconds(9000))
    #expect(start.startedAnew == 0 && start.stayedUp == 0 && start.verdict == .unclear)
  }

  @Test func `an interface that never comes is not waited for`() {
    let lan = Self.lan(anew: 0, there: 0, silent: 5, began: nil)
    #expect(Self.verdict(lan, now: .seconds(60)) == .listening)
    #expect(Self.verdict(lan, now: LANStart.latest + LANStart.window) == .unclear)
    // Another LAN of the same house speaks for it.
    #expect(Self.verdict(lan, Self.lan(anew: 6, there: 0), now: .seconds(60)) == .startedAnew)
  }

  @Test func `it speaks for or against a power loss, and changes no verdict`() {
    var evidence = StartEvidence(before: .record(StartRecord(bootID: "a", uptime: .zero)), bootID: "b")
    evidence.lan = LANStart([Self.lan(anew: 5, there: 0)], now: Self.over)
    #expect(evidence.facts == [.otherBoot, .didNotEndInOrder, .lanStartedAnew])
    evidence.lan = LANStart([Self.lan(anew: 0, there: 5)], now: Self.over)
    #expect(evidence.facts == [.otherBoot, .didNotEndInOrder, .lanStayedUp])
    #expect(evidence.verdict == .powerLoss)
  }
}
