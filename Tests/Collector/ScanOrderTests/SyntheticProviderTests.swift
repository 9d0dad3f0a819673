import ScanOrder
import Testing

@Suite struct SyntheticProviderTests {
  @Test(arguments: SyntheticProvider.Structure.allCases) func theSameSeedMakesTheSameProvider(
    _ structure: SyntheticProvider.Structure
  ) {
    var (one, same) = (
      SyntheticProvider(structure, prefixes: 64, seed: 5), SyntheticProvider(structure, prefixes: 64, seed: 5)
    )
    for _ in 0..<3 {
      #expect(
        one.counts == same.counts && one.counts != SyntheticProvider(structure, prefixes: 64, seed: 6).counts)
      one.advance()
      same.advance()
    }
    #expect(one.cells == 64 * SyntheticProvider.ports.count)
    #expect(one.counts.allSatisfy { (0...SyntheticProvider.addressesPerPrefix).contains($0) })
  }

  /// What stays from round to round, stays; without structure nothing does, and no cell stands out.
  @Test func structureIsWhatItIsSaidToBe() {
    func densest(_ counts: [Int]) -> Double {
      Double(counts.sorted(by: >).prefix(counts.count / 10).reduce(0, +)) / Double(counts.reduce(0, +))
    }
    let structured = SyntheticProvider(.structured, seed: 1)
    let plain = SyntheticProvider(.none, seed: 1)
    // The densest tenth of cells holds most services, and hardly more than a tenth but for chance.
    #expect(densest(structured.counts) > 0.8)
    #expect(densest(plain.counts) < 0.35, "\(densest(plain.counts))")
    #expect(abs(Double(plain.services) / Double(structured.services) - 1) < 0.2)
  }
}
