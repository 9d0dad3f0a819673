import Addresses
import Testing

@testable import WideScan

@Suite struct EngineTests {
  private static func space(_ blocks: String..., ports: [UInt16] = [22, 80]) throws -> TargetSpace {
    try TargetSpace(Signed.authorisation(blocks), ports: ports)
  }

  private static func open(_ count: Int, of space: TargetSpace, seed: UInt64) -> Set<UInt64> {
    var random = Seeded(seed)
    var open: Set<UInt64> = []
    while open.count < count { open.insert(UInt64.random(in: 0..<space.count, using: &random)) }
    return open
  }

  private static var fast: ScanSettings {
    var settings = ScanSettings()
    settings.rate = 50_000
    settings.startRate = 50_000
    settings.patience = 200_000_000
    return settings
  }

  /// Everybody twice at most, however sure it is.
  private static var twice: ScanSettings {
    var settings = fast
    settings.mostTries = 2
    return settings
  }

  @Test func everyOpenPortOnceAndNothingElse() throws {
    let space = try Self.space("198.18.0.0/21")
    let open = Self.open(300, of: space, seed: 1)
    var world = SimulatedWorld(space, open: open, seed: 2)
    var engine = Scanning.engine(space, seed: 3, Self.twice)
    let (found, _) = Scanning.run(&engine, &world)
    let indexes = found.compactMap { space.target($0.address, $0.port)?.index }
    #expect(Set(indexes) == open && indexes.count == open.count)
    #expect(engine.counts.open == 300 && engine.counts.forged == 0 && engine.counts.unrelated == 0)
    // Whoever answered the first try is not asked again; everybody else is, once.
    let wrong = (0..<space.count).filter { world.probed[$0] != (open.contains($0) ? 1 : 2) }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(world.resets >= 300)
  }

  @Test func partsFindTogetherWhatTheWholeFinds() throws {
    let space = try Self.space("198.18.0.0/23")
    let open = Self.open(100, of: space, seed: 4)
    var all: [UInt64] = []
    var probed: [UInt64: Int] = [:]
    for number in 0..<3 as Range<UInt64> {
      var world = SimulatedWorld(space, open: open, seed: 5)
      let shard = try #require(Shard(number, of: 3))
      var engine = Scanning.engine(space, seed: 6, shard: shard, Self.twice)
      all += Scanning.run(&engine, &world).sightings.compactMap { space.target($0.address, $0.port)?.index }
      probed.merge(world.probed) { $0 + $1 }
    }
    #expect(Set(all) == open && all.count == open.count)
    #expect(probed.count == Int(space.count) && probed.values.allSatisfy { $0 <= 2 })
  }

  /// Who would have answered while the interface was down is asked once more, though the round was the last one.
  @Test(arguments: [true, false]) func aRoundThatWasInterruptedIsNotTheLast(_ isInterrupted: Bool) throws {
    let space = try Self.space("198.18.0.0/24", ports: [80])
    let open = Self.open(100, of: space, seed: 41)
    var world = SimulatedWorld(space, open: [], seed: 42)
    var settings = Self.fast
    settings.tries = 1
    settings.mostTries = 2
    settings.toleratedMiss = 1
    var engine = Scanning.engine(space, seed: 43, settings)
    let (_, silent) = Scanning.run(&engine, &world) { engine, _ in
      if case .settling = engine.phase { true } else { false }
    }
    world.open = open
    if isInterrupted { engine.interrupted(until: silent) }
    let found = Scanning.run(&engine, &world, from: silent).sightings
    let indexes = Set(found.compactMap { space.target($0.address, $0.port)?.index })
    #expect(indexes == (isInterrupted ? open : []))
  }

  /// Two tries of the same target are at least as far apart as answers are waited for.
  @Test func triesAreSpacedInTime() throws {
    let space = try Self.space("198.18.0.0/29", ports: [80])
    var engine = Scanning.engine(space, seed: 7, Self.fast)
    var (now, probes, times): (Int64, [Probe], [UInt64: [Int64]]) = (1, [], [:])
    while engine.phase != .done {
      engine.next(at: now, atMost: 64, into: &probes)
      for probe in probes { times[probe.target.index, default: []].append(now) }
      engine.tick(at: now)
      now += max(100_000, engine.pause(at: now))
    }
    #expect(times.count == 8)
    for tries in times.values {
      #expect(zip(tries, tries.dropFirst()).allSatisfy { $1 - $0 >= 200_000_000 }, "\(tries)")
      #expect(tries.count >= 2)
    }
  }

  @Test func prefixesAndCustomersAreSpared() throws {
    let space = try Self.space("198.18.0.0/22", ports: [80])
    var settings = Self.fast
    settings.tries = 1
    settings.mostTries = 1
    settings.ratePerPrefix = 100
    settings.ratePerCustomer = 50
    settings.customers = [Signed.blocks("198.18.0.0/25"), Signed.blocks("198.18.1.0/26", "198.18.2.0/26")]
    var engine = Scanning.engine(space, seed: 8, settings)
    var (now, probes, times): (Int64, [Probe], [String: [Int64]]) = (1, [], [:])
    var seen: Set<UInt64> = []
    while engine.phase != .done {
      engine.next(at: now, atMost: 64, into: &probes)
      for probe in probes {
        #expect(seen.insert(probe.target.index).inserted)
        guard case .v4(let address) = probe.target.address else { continue }
        times["prefix \(address.bits >> 8)", default: []].append(now)
        for (number, blocks) in settings.customers.enumerated()
        where AddressSet(blocks).contains(.v4(address)) {
          times["customer \(number)", default: []].append(now)
        }
      }
      engine.tick(at: now)
      now += max(100_000, min(engine.pause(at: now), 50_000_000))
    }
    #expect(seen.count == 1024)
    #expect(times.count == 6)
    for (name, times) in times {
      let distance: Int64 = name.hasPrefix("prefix") ? 10_000_000 : 20_000_000
      #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= distance }, "\(name)")
    }
  }

  @Test func whoeverOptsOutIsLeftAloneFromThenOn() throws {
    let space = try Self.space("198.18.0.0/21")
    let open = Self.open(2000, of: space, seed: 9)
    let gone = AddressSet(Signed.blocks("198.18.0.0/22"))
    var world = SimulatedWorld(space, open: open, seed: 10)
    var engine = Scanning.engine(space, seed: 11, Self.fast)
    let half = Scanning.run(&engine, &world, until: { engine, _ in engine.position >= 2000 })
    engine.leaveAlone(gone)
    let before = world.probed
    Scanning.run(&engine, &world, from: half.end)
    let after = world.probed.filter { $0.value > before[$0.key, default: 0] }.keys
    #expect(after.allSatisfy { !gone.contains(space.target(at: $0).address) })
    #expect(engine.counts.optedOut > 0 && engine.phase == .done)
  }

  /// Answers to what was asked before somebody opted out come later: that is no reason to ask them again.
  @Test func whoAnswersAfterOptingOutIsNotAskedAgain() throws {
    let space = try Self.space("198.18.0.0/23", ports: [80])
    var engine = Scanning.engine(space, seed: 12, Self.twice)
    let frames = Scanning.frames(engine)
    var (now, probes, asked): (Int64, [Probe], [Probe]) = (1_000_000_000, [], [])
    while asked.count < 200 {
      engine.next(at: now, atMost: 64, into: &probes)
      asked += probes
      now += 1_000_000
    }
    let gone = Signed.blocks("198.18.0.0/24")
    engine.leaveAlone(AddressSet(gone))
    for probe in asked {
      let heard = try #require(AnswerReader.read(SimulatedWorld.accept(frames.frame(probe))))
      _ = engine.hear(heard, at: now)
    }
    #expect(engine.counts.open == asked.count)
    var after: [Probe] = []
    while engine.phase != .done {
      engine.next(at: now, atMost: 64, into: &probes)
      after += probes
      engine.tick(at: now)
      now += max(1_000_000, min(engine.pause(at: now), 50_000_000))
    }
    #expect(after.contains { $0.kind == .canary })
    #expect(!after.contains { AddressSet(gone).contains($0.target.address) })
  }

  /// An engine that begins far too fast comes down to what a line carries, and finds nearly all.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func itSettlesWhereALineCarriesIt(_ seed: UInt64) throws {
    let space = try Self.space("198.18.0.0/18", ports: [22, 80])
    let open = Self.open(1500, of: space, seed: seed)
    var world = SimulatedWorld(space, open: open, seed: seed + 100)
    world.narrow = (2000, 20)
    var settings = Self.fast
    settings.patience = 500_000_000
    var engine = Scanning.engine(space, seed: seed + 200, settings)
    let found = Scanning.run(&engine, &world).sightings
    #expect(Double(found.count) >= 0.99 * 1500, "\(found.count) of 1500 at \(engine.rate)/s")
    #expect(engine.rate < 3000, "\(engine.rate)")
    #expect(engine.missed.high >= 1 - Double(found.count) / 1500)
  }

  /// A line that loses a fifth at any speed is not made better by slowness.
  @Test func lossThatDoesNotDependOnSpeedIsNoReasonToBeSlow() throws {
    let space = try Self.space("198.18.0.0/18", ports: [22, 80])
    let open = Self.open(2000, of: space, seed: 20)
    var world = SimulatedWorld(space, open: open, seed: 21)
    world.loss = 0.2
    var settings = Self.fast
    settings.rate = 4000
    settings.startRate = 1000
    var engine = Scanning.engine(space, seed: 22, settings)
    let found = Scanning.run(&engine, &world).sightings
    #expect(found.count >= 1980, "\(found.count)")
    #expect(engine.rate >= 2000, "\(engine.rate)")
    #expect(engine.attempt >= 3)
  }

  @Test func quietWorldsEndToo() throws {
    let space = try Self.space("198.18.0.0/24")
    var world = SimulatedWorld(space, open: [], seed: 1)
    var settings = Self.fast
    settings.mostTries = 3
    var engine = Scanning.engine(space, seed: 23, settings)
    #expect(Scanning.run(&engine, &world).sightings.isEmpty)
    #expect(engine.missed == .unknown)
    #expect(world.probed.values.allSatisfy { $0 <= 3 })
  }
}
