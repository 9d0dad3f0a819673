import Addresses
import Campaigns
import Posture
import Settings
import Testing

private func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

private let noon = known(WallTime("2026-11-23T12:00:30Z"))
private func hours(_ text: String) -> TimeOfDayRange { known(TimeOfDayRange(text)) }
private func later(_ seconds: Int64) -> WallTime {
  WallTime(milliseconds: noon.milliseconds + seconds * 1000)
}

@Suite struct ScheduleTests {
  @Test func `nothing is probed in blackout hours, and the end of them is known`() {
    let schedule = CampaignSchedule(blackouts: [
      hours("11:00-13:00"), hours("13:00-14:30"), hours("23:00-01:00"),
    ])
    #expect(
      schedule.moment(at: noon, minuteOfDay: 720) == .waits(until: known(WallTime("2026-11-23T14:30:00Z"))))
    #expect(schedule.moment(at: noon, minuteOfDay: 659) == .open)
    #expect(schedule.moment(at: noon, minuteOfDay: 660) != .open)
    #expect(schedule.moment(at: noon, minuteOfDay: 870) == .open)
    // Past midnight.
    #expect(
      schedule.moment(at: noon, minuteOfDay: 1439) == .waits(until: known(WallTime("2026-11-23T13:01:00Z"))))
    #expect(schedule.openMinutes == 1440 - 210 - 120)
  }

  @Test func `it begins and ends when it is to`() {
    let schedule = CampaignSchedule(notBefore: later(60), notAfter: later(120))
    #expect(schedule.moment(at: noon, minuteOfDay: 720) == .waits(until: later(60)))
    #expect(schedule.moment(at: later(60), minuteOfDay: 721) == .open)
    #expect(schedule.moment(at: later(120), minuteOfDay: 722) == .over)
  }

  @Test func `the expected end knows of the hours in which nothing is done`() {
    let always = CampaignSchedule()
    #expect(always.end(of: .seconds(90), from: noon, minuteOfDay: 720) == later(90))
    #expect(always.end(of: .seconds(3 * 86_400), from: noon, minuteOfDay: 720) == later(3 * 86_400))
    // An hour's work that begins half an hour before a pause of two hours.
    let paused = CampaignSchedule(blackouts: [hours("12:30-14:30")])
    #expect(paused.end(of: .seconds(3600), from: noon, minuteOfDay: 720) == later(3 * 3600))
    // Two hours a day are left: five hours take three days.
    let narrow = CampaignSchedule(blackouts: [hours("14:00-12:00")])
    #expect(narrow.end(of: .seconds(5 * 3600), from: noon, minuteOfDay: 720) == later(2 * 86_400 + 3600))
    #expect(
      CampaignSchedule(blackouts: [hours("00:00-12:00"), hours("12:00-24:00")])
        .end(of: .seconds(1), from: noon, minuteOfDay: 0) == nil)
    #expect(
      CampaignSchedule(notAfter: later(60)).end(of: .seconds(90), from: noon, minuteOfDay: 720) == nil)
    #expect(
      CampaignSchedule(notBefore: later(600)).end(of: .seconds(90), from: noon, minuteOfDay: 720)
        == later(690))
  }
}

@Suite struct ProgressTests {
  private func shard(
    done: Bool = false, held: Bool = false, attempt: Int = 0, step: UInt64 = 0, worked: Double = 0
  ) -> ShardProgress {
    ShardProgress(isDone: done, isHeld: held, attempt: attempt, step: step, steps: 100, worked: worked)
  }

  @Test func `the rest takes as long as what is done took, by as many workers`() {
    let shards = [
      shard(done: true, worked: 100), shard(held: true, step: 100, worked: 50),
      shard(held: true, attempt: 1, step: 0, worked: 50), shard(),
    ]
    let progress = CampaignProgress(shards, tries: 2)
    #expect(progress.part == 0.5 && progress.done == 1 && progress.held == 2 && progress.waiting == 1)
    #expect(progress.left == .seconds(100))
    #expect(CampaignProgress([shard(), shard(done: true, worked: 1)], tries: 1).left == nil)
    #expect(CampaignProgress([shard(done: true, worked: 1)], tries: 1).left == .zero)
    // More tries than planned are no more than all.
    #expect(shard(attempt: 5, step: 10).part(tries: 2) < 1)
  }

  @Test func `what may be asked of a campaign depends on how far it is`() {
    #expect(CampaignState.planned.after(.pause) == nil && CampaignState.planned.after(.start) == .running)
    #expect(CampaignState.halted.after(.resume) == .running && CampaignState.halted.after(.start) == nil)
    #expect(CampaignState.stopped.after(.resume) == nil && CampaignState.done.after(.stop) == nil)
  }
}

@Suite struct LineTests {
  @Test func `packed octets come back, and little is left of many zeros`() {
    var random = SystemRandomNumberGenerator()
    for count in [0, 1, 3, 4, 5, 300, 70_000] {
      for share in [0.0, 0.01, 0.5, 1.0] {
        let bytes = (0..<count).map { _ in
          Double.random(in: 0..<1, using: &random) < share ? UInt8.random(in: 1...255, using: &random) : 0
        }
        let packed = ZeroRuns.pack(bytes)
        #expect(ZeroRuns.unpack(packed, limit: count) == bytes)
        if count > 0 { #expect(ZeroRuns.unpack(packed, limit: count - 1) == nil) }
        if count == 70_000, share == 0 { #expect(packed.count < 8) }
        #expect(packed.count <= bytes.count + 8 + bytes.count / 3)
      }
    }
    for broken: [UInt8] in [[1], [0x80], [0, 5, 1], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0]] {
      #expect(ZeroRuns.unpack(broken, limit: 1 << 30) == nil)
    }
  }

  @Test func `lines of the scanner are read, others are not`() {
    let found = ScannerLine(
      Array(
        #"{"address":"198.18.0.7","port":23,"transport":"tcp","state":"open","hops":61,"try":1,"time":"2026-11-27T13:05:00.120Z"}"#
          .utf8))
    guard case .found(let target) = found else {
      Issue.record("not read")
      return
    }
    #expect(target.state == .open && target.port.number == 23 && target.time.milliseconds % 1000 == 120)
    let place = ScannerLine.Place(checkpoint: "AAEC", attempt: 1, step: 7, probes: 9)
    #expect(ScannerLine(ScannerLine.bytes("place", place).dropLast()) == .place(place))
    let failure = ScannerLine.Failure(status: 4, text: "expired \"today\"")
    #expect(ScannerLine(ScannerLine.bytes("failed", failure).dropLast()) == .failed(failure))
    for text in [
      "", "{}", "[]",
      #"{"address":"198.18.0.7","port":0,"transport":"tcp","state":"open","time":"2026-11-27T13:05:00Z"}"#,
      #"{"address":"no","port":1,"transport":"tcp","state":"open","time":"2026-11-27T13:05:00Z"}"#,
    ] { #expect(ScannerLine(Array(text.utf8)) == nil, "\(text)") }
  }
}
