import Addresses
import Agent
import Posture
import Profiles
import Testing

@testable import LANScan

@Suite struct AbsenceTests {
  private static let day: Int64 = 86_400_000
  private static let start = WallTime("2026-11-22T23:19:00Z") ?? WallTime(milliseconds: 0)
  private let reference = ReferenceData(fingerprints: nil, types: "", registry: "/nonexistent")

  private func after(_ days: Double) -> WallTime {
    WallTime(milliseconds: Self.start.milliseconds + Int64(days * Double(Self.day)))
  }

  private func box(_ mac: UInt64 = 0x0000_5e00_5301, _ address: String = "192.0.2.1") -> Device {
    Device(
      id: "dev-\(mac)", mac: MACAddress(bits: mac), addresses: [IPAddress(address)].compactMap(\.self),
      services: [Service(port: .tcp(23), protocol: .telnet)])
  }

  /// A scan of these devices at a time, judged after the report before.
  private func scan(
    _ devices: [Device], at time: WallTime, after previous: PostureReport?, isClockSet: Bool = true,
    complete: Bool = true
  ) -> PostureReport {
    let seen = devices.map { device in
      var device = device
      device.firstSeen = time
      device.lastSeen = time
      return device
    }
    return Judgement.report(
      Scanner.Findings(
        facts: ScanFacts(
          interface: "lan0", networks: [], started: time, durationMilliseconds: 1, complete: complete),
        devices: seen), profiles: ProfileSet(), reference: reference, previous: previous,
      isClockSet: isClockSet)
  }

  private func events(_ old: PostureReport, _ new: PostureReport) -> [DeviceChange.Event] {
    DeviceChange.changes(from: old, to: new).map(\.event)
  }

  @Test func whoIsAwayKeepsWhatIsKnownAndIsToldOnce() throws {
    let first = scan([box()], at: Self.start, after: nil)
    #expect(first.findings.map(\.check) == ["telnet-open"])
    let second = scan([], at: after(1), after: first)
    let third = scan([], at: after(2), after: second)
    let fourth = scan([box()], at: after(3), after: third)
    for report in [second, third] {
      let away = try #require(report.devices.first)
      #expect(report.devices.map(\.remarks) == [[.absent]] && report.present.isEmpty)
      #expect(away.lastSeen == Self.start && away.services == first.devices.first?.services)
      #expect(report.findings == first.findings)
    }
    #expect(
      events(first, second) == [.gone] && events(second, third) == [] && events(third, fourth) == [.returned])
    for (old, new) in [(first, second), (second, third), (third, fourth)] {
      let change = PostureChange(from: old, to: new)
      #expect(change.opened.isEmpty && change.closed.isEmpty)
    }
    #expect(fourth.devices.map(\.remarks) == [[]] && fourth.devices.first?.firstSeen == Self.start)
    #expect(fourth.findings == first.findings, "the finding is as old as it was")
    let summary = PostureSummary(of: [second], agentVersion: "1")
    #expect(
      summary.devices == 0 && summary.services == 0 && summary.findings == [.high: 1] && summary.grade == .d)
  }

  @Test func afterFourteenDaysItIsForgotten() {
    let first = scan([box()], at: Self.start, after: nil)
    let second = scan([], at: after(13), after: first)
    let third = scan([], at: after(13.9), after: second)
    #expect(third.devices.count == 1)
    let fourth = scan([], at: after(14), after: third)
    #expect(fourth.devices.isEmpty && events(third, fourth).isEmpty, "that it is gone was told")
    #expect(PostureChange(from: third, to: fourth).closed.map(\.check) == ["telnet-open"])
    #expect(events(fourth, scan([box()], at: after(15), after: fourth)) == [.appeared])
  }

  @Test func aPhoneWithNothingWrongGoesAtOnce() {
    var phone = box(0x0200_5e00_5301)
    let faulty = scan([phone], at: Self.start, after: nil)
    #expect(scan([], at: after(1), after: faulty).devices.count == 1)
    phone.services = []
    let first = scan([phone], at: Self.start, after: nil)
    let second = scan([], at: after(1), after: first)
    #expect(second.devices.isEmpty && events(first, second) == [.gone])
  }

  @Test func anInterruptedScanChangesNothing() {
    let first = scan([box()], at: Self.start, after: nil)
    let second = scan([], at: after(1), after: first, complete: false)
    #expect(second.devices.isEmpty && events(first, second).isEmpty)
    #expect(PostureChange(from: first, to: second).closed.isEmpty)
  }

  /// What is wrong only with who is here ends.
  @Test func aConflictAndASilenceEndWithAbsence() {
    var silent = box()
    silent.remarks = [.stoppedAnswering]
    let first = scan([silent, box(0x0000_5e00_5302)], at: Self.start, after: nil)
    #expect(Set(first.findings.map(\.check)) == ["telnet-open", "stopped-answering", "address-conflict"])
    let second = scan([box(0x0000_5e00_5302)], at: after(1), after: first)
    #expect(Set(second.findings.map(\.check)) == ["telnet-open"] && second.findings.count == 2)
    #expect(second.devices.last?.remarks == [.absent])
  }

  /// A gateway that boots in 1970 ages nobody, and nobody is forgotten because the clock was set.
  @Test func aClockThatJumpsMakesNoTimePass() throws {
    let first = scan([box()], at: WallTime(milliseconds: 60_000), after: nil, isClockSet: false)
    let set = scan([], at: after(0), after: first)
    #expect(set.devices.map(\.lastSeen) == [Self.start], "counted from the first good time")
    #expect(scan([], at: after(13), after: set).devices.count == 1)
    #expect(scan([], at: after(14), after: set).devices.isEmpty)

    // A clock that went on from when it was last saved looks good, and is not.
    let saved = scan([box()], at: after(-30), after: nil, isClockSet: false)
    let lost = scan([], at: after(-30), after: saved, isClockSet: false)
    #expect(lost.devices.map(\.remarks) == [[.absent, .clockUnset]])
    #expect(lost.devices.map(\.lastSeen) == [after(-30)], "it is shown as it is known")
    let found = scan([], at: after(0), after: lost)
    #expect(found.devices.map(\.lastSeen) == [Self.start] && found.devices.map(\.remarks) == [[.absent]])

    // The other way: a clock that was right, and is not now, and a last sight that is yet to come.
    let good = scan([], at: after(1), after: scan([box()], at: Self.start, after: nil))
    #expect(scan([], at: after(3000), after: good, isClockSet: false).devices.map(\.lastSeen) == [Self.start])
    let future = scan([], at: after(3001), after: scan([box()], at: after(3000), after: nil))
    #expect(scan([], at: after(2), after: future).devices.map(\.lastSeen) == [after(2)])
  }

  /// After weeks without power everybody is missing at first.
  @Test func longDarknessForgetsNobodyAtOnce() {
    let first = scan([box()], at: Self.start, after: nil)
    let second = scan([], at: after(60), after: first)
    #expect(second.devices.count == 1)
    #expect(events(second, scan([box()], at: after(60.1), after: second)) == [.returned])
  }

  @Test func madeUpDevicesDoNotPushOutWhoIsKnown() {
    let first = scan([box()], at: Self.start, after: nil)
    var report = scan([], at: after(0.1), after: first)
    for turn in 0..<3 {
      let crowd = (0..<UInt64(Inventory.deviceLimit)).map { number -> Device in
        var device = box(0x0000_5e10_0000 + UInt64(turn) << 12 + number, "192.0.2.9")
        device.services = []
        return device
      }
      report = scan(crowd, at: after(0.2 + Double(turn)), after: report)
    }
    report = scan([], at: after(5), after: report)
    #expect(report.devices.count == Absence.deviceLimit && report.devices.contains { $0.id == box().id })
  }

  @Test func aDeviceThatIsAnotherNowHasNoPast() {
    let first = scan([box()], at: Self.start, after: nil)
    // Another device got the address; the one that is away is not asked about it.
    let second = scan([box(0x0000_5e00_5302)], at: after(1), after: first)
    #expect(!second.findings.contains { $0.check == "address-conflict" })
    #expect(events(first, second) == [.appeared, .gone])
  }
}
