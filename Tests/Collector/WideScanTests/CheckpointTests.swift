import Addresses
import Testing

@testable import WideScan

@Suite struct CheckpointTests {
  private static let space = try? TargetSpace(Signed.authorisation("198.18.0.0/22"), ports: [22, 80])

  private static var settings: ScanSettings {
    var settings = ScanSettings()
    (settings.rate, settings.startRate, settings.patience) = (50_000, 50_000, 200_000_000)
    (settings.tries, settings.mostTries) = (2, 2)
    settings.ratePerPrefix = 400
    return settings
  }

  private static func checkpoint(_ engine: ScanEngine) -> Checkpoint {
    Checkpoint(
      identity: [1, 2, 3], key: Array(0..<24), optOuts: "198.18.5.0/24\n", progress: engine.progress)
  }

  /// Stopped at any point and taken up by another engine, a scan sends what it would have sent, each as often.
  @Test(arguments: [0, 1, 500, 2047, 2048, 3000, 4000])
  func aScanThatGoesOnSendsTheSame(_ moment: Int) throws {
    let space = try #require(Self.space)
    let open = Set((0..<100 as Range<UInt64>).map { $0 * 20 })
    var world = SimulatedWorld(space, open: open, seed: 1)
    var first = Scanning.engine(space, seed: 2, Self.settings)
    let before = Scanning.run(&first, &world, until: { engine, _ in engine.counts.probes >= moment })
    let kept = try #require(Checkpoint(Self.checkpoint(first).bytes))
    #expect(kept == Self.checkpoint(first))
    var second = Scanning.engine(space, seed: 2, Self.settings)
    let hasResumed = second.resume(kept.progress)
    #expect(hasResumed)
    let after = Scanning.run(&second, &world, from: before.end)
    let found = (before.sightings + after.sightings).compactMap { space.target($0.address, $0.port)?.index }
    #expect(Set(found) == open && found.count == open.count)
    let wrong = (0..<space.count).filter { world.probed[$0] != (open.contains($0) ? 1 : 2) }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  /// A file that was cut off or changed anywhere is none.
  @Test func aDamagedOneIsRefused() throws {
    let space = try #require(Self.space)
    let bytes = Self.checkpoint(Scanning.engine(space, seed: 3, Self.settings)).bytes
    #expect(Checkpoint(bytes) != nil)
    let unnoticed = bytes.indices.filter { place in
      var damaged = bytes
      damaged[place] ^= 1
      return Checkpoint(damaged) != nil
    }
    #expect(unnoticed.isEmpty, "\(unnoticed)")
    for length in [0, 21, 60, bytes.count - 1] { #expect(Checkpoint(Array(bytes.prefix(length))) == nil) }
  }

  @Test func oneOfAnotherScanIsRefused() throws {
    let space = try #require(Self.space)
    let larger = try TargetSpace(Signed.authorisation("198.18.0.0/21"), ports: [22, 80])
    let progress = Scanning.engine(larger, seed: 4, Self.settings).progress
    var engine = Scanning.engine(space, seed: 4, Self.settings)
    let hasResumed = engine.resume(progress)
    #expect(!hasResumed)
  }
}
