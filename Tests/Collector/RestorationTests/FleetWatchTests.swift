import Foundation
import Restoration
import Testing

/// What the collector decides, from who is away to what is published, by values alone.
@Suite struct FleetWatchTests {
  private static let start: Int64 = 1_770_000_000_000
  private static let terms = FleetTerms(capacity: 20)

  /// A thousand gateways of one area and ten thousand of another, looked at every 30 s.
  private struct Fleet {
    var watch = FleetWatch()
    var now = FleetWatchTests.start
    var away = 0
    var terms = FleetWatchTests.terms
    var planned: [PlannedOutage] = []

    @discardableResult
    mutating func look(
      away: Int? = nil, returned: Int = 0, elsewhere: Int = 0, letIn: Int = 30
    ) -> Set<String> {
      self.away = away ?? self.away
      now += 30_000
      var door = Door()
      for knock in 0..<30 { door.note(isAdmitted: knock < letIn) }
      return watch.look(
        at: [
          "a": AreaCensus(known: 1000, away: self.away, returned: returned),
          "b": AreaCensus(known: 10_000, away: elsewhere),
        ], door: door, planned: planned, terms: terms, now: now)
    }

    func policy(_ area: String = "a") throws -> AreaPolicy { try #require(watch.areas[area]).policy }
  }

  @Test func `when nothing happens, gateways keep the window for all of them, and hear of nothing else`()
    throws
  {
    var fleet = Fleet()
    do {
      let changed = fleet.look()
      #expect(changed == ["a", "b"])
    }
    // 11,000 / (0.8 × 20) = 688 s.
    #expect(try fleet.policy().windowSeconds == 688)
    for _ in 0..<100 {
      do {
        let changed = fleet.look(away: 9)
        #expect(changed == [])
      }
    }
    #expect(fleet.watch.areas["a"]?.outage == nil)
  }

  @Test func `an outage is seen, and its window published, before anybody returns`() throws {
    var fleet = Fleet()
    fleet.look()
    let before = try fleet.policy()
    do {
      let changed = fleet.look(away: 99)
      #expect(changed == [])
    }
    do {
      let changed = fleet.look(away: 400)
      #expect(changed == ["a"])
    }
    #expect(fleet.watch.areas["a"]?.isOut == true && fleet.watch.areas["b"]?.isOut == false)
    #expect(try fleet.policy().windowSeconds == 25)
    do {
      let changed = fleet.look(away: 1000)
      #expect(changed == ["a"])
    }
    // 1,000 / (0.8 × 20): the window is for those away, the clock not faster than it.
    let policy = try fleet.policy()
    #expect(policy.windowSeconds == 63 && policy.speed == 1 && policy.step == 0)
    #expect(policy.version > before.version && policy.epoch == before.epoch)
    // However long it lasts, the clock does not run faster for that nobody comes.
    for _ in 0..<200 {
      do {
        let changed = fleet.look()
        #expect(changed == [])
      }
    }
    #expect(fleet.watch.areas["a"]?.outage?.eta == nil)
  }

  @Test func `as they return the speed follows, and when they are back all is as before`() throws {
    var fleet = Fleet()
    fleet.look()
    fleet.look(away: 1000)
    // Feeder after feeder: 20 of a thousand in half a minute, a thirtieth of the capacity.
    var speeds: [Double] = []
    for left in stride(from: 980, through: 60, by: -20) {
      fleet.look(away: left, returned: 20)
      speeds.append(try fleet.policy().speed)
      let eta = try #require(fleet.watch.areas["a"]?.outage?.eta ?? (left > 970 ? fleet.now : nil))
      // 20 in 30 s, down to 10 that count as nobody.
      if left < 900 { #expect(abs(eta - fleet.now - Int64(left - 10) * 1500) <= 1500) }
    }
    #expect(speeds.prefix(6).allSatisfy { $0 == 1 })
    let fastest = try #require(speeds.max())
    #expect(fastest >= 4 && fastest <= SpeedControl.fastest)
    let policy = try fleet.policy()
    #expect(policy.step > 0)
    let last = fleet.look(away: 50, returned: 10)
    #expect(last.contains("a"))
    let after = try fleet.policy()
    #expect(fleet.watch.areas["a"]?.isOut == false)
    #expect(after.version > policy.version && after.step == 0 && after.speed == 1)
    #expect(after.epoch == policy.epoch + 1 && after.windowSeconds == 688)
    do {
      let changed = fleet.look(away: 50)
      #expect(changed == [])
    }
  }

  @Test func `when sessions take more than the capacity the clock slows down, and never below its bounds`()
    throws
  {
    var fleet = Fleet()
    fleet.terms.capacity = 0.5
    fleet.look()
    // 1,000 / (0.8 × 0.5) = 2,500 s: more than half an hour, so the clock runs slower than the window says.
    fleet.look(away: 1000)
    #expect(try fleet.policy().windowSeconds == 1800)
    for step in 1...30 {
      fleet.look(away: 1000 - step, returned: 40)
      let speed = try fleet.policy().speed
      #expect(speed >= 0.125 && speed < 1)
    }
  }

  /// Half of what was told is let in, and half of all are refused.
  @Test func `a broker that takes less than was told is noticed, and the pace goes by what it takes`() throws
  {
    var fleet = Fleet()
    fleet.look()
    fleet.look(away: 1000)
    #expect(fleet.watch.capacity == 20)
    // The first who come show that somebody does.
    fleet.look(away: 980, returned: 20)
    fleet.look(away: 680, returned: 300, letIn: 15)
    #expect(fleet.watch.capacity == 10)
    // 1,000 within 63 s were 16 a second; of ten, eight are to be used.
    #expect(try fleet.policy().speed == 0.5 && fleet.policy().windowSeconds == 63)
    var before: Double?
    for left in stride(from: 440, through: 60, by: -240) {
      fleet.look(away: left, returned: 240)
      before = fleet.watch.capacity
    }
    fleet.look(away: 0, returned: 60)
    #expect(fleet.watch.areas["a"]?.isOut == false)
    // The next window is planned with it.
    fleet.look(away: 0)
    let capacity = try #require(before)
    #expect(capacity < 15)
    #expect(try fleet.policy().windowSeconds == Int64((11_000 / (0.8 * capacity)).rounded(.up)))
    // Another broker, another word.
    fleet.terms.capacity = 40
    fleet.look()
    #expect(fleet.watch.capacity == 40)
  }

  @Test func `two areas share the capacity`() throws {
    var fleet = Fleet()
    fleet.look()
    fleet.look(away: 1000)
    fleet.look(elsewhere: 5000)
    #expect(try fleet.policy("a").windowSeconds == 375)
    #expect(try fleet.policy("b").windowSeconds == 375)
  }

  @Test func `an announced outage is prepared for while gateways can still hear of it`() throws {
    var fleet = Fleet()
    fleet.look()
    let from = fleet.now + 7_200_000
    fleet.planned = [PlannedOutage(area: "a", from: from, until: from + 3_600_000)]
    do {
      let changed = fleet.look()
      #expect(changed == [])
    }
    fleet.now = from - 1_800_000
    do {
      let changed = fleet.look()
      #expect(changed == ["a"])
    }
    #expect(try fleet.policy().windowSeconds == 63)
    #expect(fleet.watch.areas["a"]?.isOut == false)
    fleet.now = from
    do {
      let changed = fleet.look()
      #expect(changed == [])
    }
    #expect(fleet.watch.areas["a"]?.outage?.cause == .planned)
    // They go one by one, come back together, and it is over when it was announced to be.
    for away in stride(from: 100, through: 1000, by: 100) { fleet.look(away: away) }
    #expect(fleet.watch.areas["a"]?.outage?.away == 1000)
    fleet.look(away: 0, returned: 1000)
    #expect(fleet.watch.areas["a"]?.isOut == true)
    fleet.now = from + 3_600_000
    fleet.look()
    #expect(fleet.watch.areas["a"]?.isOut == false)
  }

  @Test func `an announcement that nothing comes of ends by itself`() throws {
    var fleet = Fleet()
    fleet.planned = [PlannedOutage(area: "a", from: fleet.now, until: fleet.now + 600_000, expected: 300)]
    for _ in 0..<10 { fleet.look() }
    #expect(fleet.watch.areas["a"]?.isOut == true)
    for _ in 0..<20 { fleet.look() }
    #expect(fleet.watch.areas["a"]?.isOut == false)
  }

  @Test func `those who never come back end no outage, but a day does`() throws {
    var fleet = Fleet()
    fleet.look()
    fleet.look(away: 500)
    for _ in 0..<100 { fleet.look() }
    #expect(fleet.watch.areas["a"]?.isOut == true)
    fleet.now += 86_400_000
    fleet.look()
    #expect(fleet.watch.areas["a"]?.isOut == false)
  }

  @Test func `started again in the middle of it, it goes on`() throws {
    var fleet = Fleet()
    fleet.look()
    fleet.look(away: 1000)
    fleet.look(away: 900, returned: 100)
    let text = try JSONEncoder().encode(fleet.watch)
    var other = fleet
    other.watch = try JSONDecoder().decode(FleetWatch.self, from: text)
    #expect(other.watch == fleet.watch)
    for left in stride(from: 800, through: 100, by: -100) {
      let (one, two) = (
        fleet.look(away: left, returned: 100), other.look(away: left, returned: 100)
      )
      #expect(one == two)
    }
    #expect(fleet.watch == other.watch)
  }

  /// Numbers, clocks and terms out of anywhere: versions only rise, and what is published is within its bounds.
  @Test(arguments: 0..<100) func `whatever comes, it is bounded and goes forward`(_ seed: Int) throws {
    var numbers = SystemRandomNumberGenerator()
    var watch = FleetWatch()
    var now = Self.start
    var last: [String: (Int64, Int64)] = [:]
    for _ in 0..<200 {
      now += Int64.random(in: -100_000...2_000_000, using: &numbers)
      let terms = FleetTerms(
        capacity: [0, 0.001, 1, 2000, 1e12].randomElement(using: &numbers) ?? 1,
        outageFrom: Int.random(in: 1...100, using: &numbers), period: Int.random(in: 1...60, using: &numbers))
      var census: [String: AreaCensus] = [:]
      for name in ["a", "b", "c"] where Bool.random(using: &numbers) {
        let known = Int.random(in: 0...1_000_000, using: &numbers)
        census[name] = AreaCensus(
          known: known, away: Int.random(in: 0...known, using: &numbers),
          returned: Int.random(in: 0...known, using: &numbers))
      }
      let planned = [
        PlannedOutage(
          area: "b", from: now - 5000, until: now + Int64.random(in: -9000...9000, using: &numbers),
          expected: Bool.random(using: &numbers) ? nil : 5)
      ]
      var door = Door()
      for _ in 0..<Int.random(in: 0...9, using: &numbers) {
        door.note(isAdmitted: Bool.random(using: &numbers))
      }
      _ = watch.look(at: census, door: door, planned: planned, terms: terms, now: now)
      for (name, area) in watch.areas {
        let policy = area.policy
        #expect((10...1800).contains(policy.windowSeconds))
        #expect((0.125...32).contains(policy.speed))
        if let before = last[name] { #expect(before <= (policy.version, policy.step)) }
        #expect((area.outage?.samples.count ?? 0) <= 480)
        #expect(ReturnPicture.lines(area.outage ?? Outage(cause: .lost, began: 0, peak: 0)).count <= 6)
      }
      #expect(last.keys.allSatisfy { watch.areas[$0] != nil })
      last = watch.areas.mapValues { ($0.policy.version, $0.policy.step) }
    }
  }

  @Test func `a return is drawn from the left bottom to the right top`() {
    let samples = [8, 4, 0, 0].enumerated().map {
      Outage.Sample(time: Int64($0.offset) * 1000, away: $0.element)
    }
    let outage = Outage(cause: .lost, began: 0, peak: 8, samples: samples)
    #expect(ReturnPicture.lines(outage, width: 4, height: 1) == [" ▄██"])
    #expect(ReturnPicture.lines(outage, width: 4, height: 2) == ["  ██", " ███"])
    #expect(ReturnPicture.lines(Outage(cause: .lost, began: 0, peak: 1)) == [])
  }
}
