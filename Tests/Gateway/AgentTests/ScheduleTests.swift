import Addresses
import Agent
import LANScan
import Settings
import Testing

@Suite struct ScheduleTests {
  private func configuration(_ quiet: [TimeOfDayRange] = []) -> AgentConfiguration {
    AgentConfiguration(
      lans: [
        AgentConfiguration.LAN(interface: "lan0", every: .seconds(600)),
        AgentConfiguration.LAN(interface: "lan1", every: .seconds(3600)),
      ], quietHours: quiet, politeness: Politeness(), broker: nil)
  }

  @Test func everyLANIsDueAtStartThenAtItsOwnPace() {
    var schedule = ScanSchedule(configuration(), now: .seconds(10))
    #expect(schedule.next(now: .seconds(10), minute: 0)?.interface == "lan0")
    #expect(schedule.next(now: .seconds(10), minute: 0)?.interface == "lan1")
    #expect(schedule.next(now: .seconds(10), minute: 0) == nil)
    #expect(schedule.wakeAt == .seconds(610))
    #expect(schedule.next(now: .seconds(610), minute: 0)?.interface == "lan0")
    #expect(schedule.due("lan1") == .seconds(3610))
  }

  @Test func quietHoursPutAScanOffAndNoLonger() throws {
    let night = try #require(TimeOfDayRange("22:00-06:00"))
    var schedule = ScanSchedule(configuration([night]), now: .zero)
    #expect(schedule.next(now: .zero, minute: 23 * 60) == nil)
    #expect(schedule.wakeAt == ScanSchedule.quietPause)
    #expect(schedule.next(now: ScanSchedule.quietPause, minute: 5 * 60 + 59) == nil)
    #expect(schedule.next(now: ScanSchedule.quietPause * 2, minute: 6 * 60)?.interface == "lan0")
  }

  @Test func `operators say how often where the owner does not, and nowhere else`() {
    let lans = [
      AgentConfiguration.LAN(interface: "lan0"),
      AgentConfiguration.LAN(interface: "lan1", every: .seconds(3600)),
    ]
    let configuration = AgentConfiguration(
      lans: lans, quietHours: [], politeness: Politeness(), broker: nil)
    var schedule = ScanSchedule(configuration, wanted: .seconds(7200), now: .zero)
    while schedule.next(now: .zero, minute: 0) != nil {}
    #expect(schedule.due("lan0") == .seconds(7200) && schedule.due("lan1") == .seconds(3600))
    schedule.follow(.seconds(600), now: .seconds(60))
    #expect(schedule.due("lan0") == .seconds(660) && schedule.due("lan1") == .seconds(3600))
    // Rarer from the next scan on.
    schedule.follow(.seconds(86_400), now: .seconds(60))
    #expect(schedule.due("lan0") == .seconds(660))
    _ = schedule.next(now: .seconds(660), minute: 0)
    #expect(schedule.due("lan0") == .seconds(660 + 86_400))
    var unasked = ScanSchedule(configuration, now: .zero)
    while unasked.next(now: .zero, minute: 0) != nil {}
    #expect(unasked.due("lan0") == ScanSchedule.standardInterval)
  }

  @Test func aFailedScanIsTriedAgainSooner() {
    var schedule = ScanSchedule(configuration(), now: .zero)
    _ = schedule.next(now: .zero, minute: 0)
    schedule.failed("lan0", now: .zero)
    #expect(schedule.due("lan0") == ScanSchedule.retry)
  }
}
