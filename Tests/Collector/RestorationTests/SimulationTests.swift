import Restoration
import Stagger
import Testing

@Suite struct SimulationTests {
  /// A fleet small enough for a test; with fewer sessions a second chance weighs more, so half the capacity stays free.
  private static func plan(_ scenario: RestorationScenario = .atOnce) -> RestorationPlan {
    var plan = RestorationPlan()
    plan.gateways = 20_000
    plan.capacity = 100
    plan.window = 400
    plan.scenario = scenario
    return plan
  }

  private static func outcome(_ plan: RestorationPlan, _ policy: ComparedPolicy) throws -> RestorationOutcome
  {
    try #require(Simulation.compare(plan, [policy]).first)
  }

  @Test func aSlotTakesThePeakAway() {
    let outcomes = Simulation.compare(Self.plan())
    #expect(outcomes.map(\.policy) == ComparedPolicy.allCases)
    for outcome in outcomes where outcome.policy != .kadomori && outcome.policy != .kadomoriSlot {
      #expect(outcome.peakToCapacity > 5, "\(outcome.policy)")
    }
    for outcome in outcomes where outcome.policy == .kadomori || outcome.policy == .kadomoriSlot {
      #expect(outcome.peakToCapacity < 1.3 && outcome.connected == 1 && !outcome.livelock)
    }
  }

  /// What is promised of a million gateways, 2,000 sessions a second, an area that is back within a minute.
  @Test func aMillionComeBackAsPromised() throws {
    let plan = RestorationPlan()
    let outcome = try Self.outcome(plan, .kadomori)
    #expect(outcome.peakToCapacity <= 0.9 && outcome.rejectsPerGateway <= 0.01 && !outcome.livelock)
    #expect(outcome.connected == 1)
    #expect(Double(try #require(outcome.p99)) <= 1.05 * plan.windowSeconds)
    #expect(try #require(outcome.criticalP99) <= 30)
  }

  /// Who tries again every second and is refused dearly keeps everybody out.
  @Test func aLivelockIsCalledOne() throws {
    var plan = Self.plan()
    plan.rejectCost = 0.8
    let outcome = try Self.outcome(plan, .libmosquitto)
    #expect(outcome.livelock && outcome.t99 == nil && outcome.connected < 0.2)
  }

  @Test func aPublishedSpeedSparesWaitingThatIsNotNeeded() throws {
    let plan = Self.plan(.slow)
    let (slot, fast) = (try Self.outcome(plan, .kadomoriSlot), try Self.outcome(plan, .kadomori))
    #expect(try #require(slot.p50) > 180)
    #expect(try #require(fast.p50) <= 35)
    #expect(fast.rejectsPerGateway <= 0.01)
  }

  /// The collector takes half of what it was believed to take, and refusing is dear.
  @Test func aPublishedSpeedMakesUpForAWrongCapacity() throws {
    var plan = Self.plan()
    plan.window = 250
    plan.rejectCost = 0.8
    plan.capacityError = 2
    let (slot, fast) = (try Self.outcome(plan, .kadomoriSlot), try Self.outcome(plan, .kadomori))
    #expect(slot.connected == 1 && fast.connected == 1)
    #expect(try #require(fast.t99) < (try #require(slot.t99)))
    #expect(fast.rejectsPerGateway < slot.rejectsPerGateway / 4)
  }

  @Test func theSameSeedGivesTheSame() {
    let plan = Self.plan(.feeders)
    var other = plan
    other.seed = 8
    #expect(Simulation.compare(plan) == Simulation.compare(plan))
    #expect(Simulation.compare(plan, [.kadomori]) != Simulation.compare(other, [.kadomori]))
  }

  /// Windows and shares at their bounds, one gateway, a collector that takes next to nothing.
  @Test(arguments: [0.0, 1, 1800], [0.0, 1])
  func nothingOddBreaksIt(_ window: Double, _ share: Double) {
    var plan = Self.plan()
    plan.gateways = 1500
    plan.window = window
    plan.criticalShare = share
    plan.capacity = 3
    for outcome in Simulation.compare(plan, [.kadomoriSlot, .kadomori, .usp]) {
      #expect((0...1).contains(outcome.connected) && outcome.curve.allSatisfy { (0...1).contains($0) })
    }
    plan.gateways = 1
    #expect(Simulation.compare(plan, [.kadomori]).first?.connected == 1)
  }

  @Test func theCurveIsAPicture() throws {
    let outcomes = Simulation.compare(Self.plan())
    let svg = ReturnCurve(outcomes, title: "a < b & c").svg
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("a &lt; b &amp; c"))
    #expect(svg.ranges(of: "<polyline").count == outcomes.count)
  }

  /// Every mark stands where its number says: a tenth of twenty seconds is two.
  @Test func theAxisOfTimeHasWholeNumbers() {
    let line = ReturnCurve.Line(name: "a", points: [.init(0, 0), .init(13, 1)])
    let svg = ReturnCurve([line], title: "b").svg
    let marks = svg.split(separator: "\n").filter { $0.hasSuffix(" s</text>") }
    let seconds = marks.compactMap { Double($0.split(separator: ">")[1].prefix { $0 != " " }) }
    let places = marks.compactMap { Double($0.split(separator: "\"")[1]) }
    #expect(seconds == [0, 2, 4, 6, 8, 10, 12])
    #expect(places.count == 7 && abs((places[6] - places[0]) / (places[1] - places[0]) - 6) < 0.01)
  }
}
