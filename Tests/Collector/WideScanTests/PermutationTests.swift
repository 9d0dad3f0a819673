import Testing
import WideScan

@Suite struct PermutationTests {
  private static func isBijection(_ count: UInt64, key: UInt64) -> Bool {
    let permutation = Permutation(count: count, key: key)
    var seen = [Bool](repeating: false, count: Int(count))
    for position in 0..<count {
      let value = permutation.value(at: position)
      guard value < count, !seen[Int(value)], permutation.position(of: value) == position else {
        return false
      }
      seen[Int(value)] = true
    }
    return true
  }

  @Test func everySmallNumberOnce() {
    for count in 1...5000 as ClosedRange<UInt64> {
      #expect(Self.isBijection(count, key: count &* 0x9e37_79b9), "\(count)")
    }
  }

  @Test(arguments: 1...17 as ClosedRange<UInt64>) func everyNumberOnceAroundPowersOfTwo(_ bits: UInt64) {
    for count in [(1 << bits) - 1, 1 << bits, (1 << bits) + 1] as [UInt64] where count > 0 {
      for key in 0..<3 as Range<UInt64> { #expect(Self.isBijection(count, key: key), "\(count), key \(key)") }
    }
  }

  /// Where not every number can be seen, each that is drawn comes back from its place, in range.
  @Test(arguments: 18...61 as ClosedRange<UInt64>) func largeOnesComeBack(_ bits: UInt64) {
    for count in [(1 << bits) - 1, 1 << bits, (1 << bits) + 1] as [UInt64] {
      let permutation = Permutation(count: count, key: bits)
      var position: UInt64 = 0
      for _ in 0..<200 {
        position = (position &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
        let place = position % count
        let value = permutation.value(at: place)
        #expect(value < count && permutation.position(of: value) == place)
      }
    }
  }

  @Test func anotherKeyIsAnotherOrder() {
    let (one, two) = (Permutation(count: 1000, key: 1), Permutation(count: 1000, key: 2))
    let same = (0..<1000 as Range<UInt64>).filter { one.value(at: $0) == two.value(at: $0) }.count
    // One on average, if the two have nothing to do with each other.
    #expect(same < 10)
  }

  /// A tenth of the order finds a tenth of every part: the hit rate does not drift.
  @Test func everyStretchIsASample() {
    let count: UInt64 = 100_000
    let permutation = Permutation(count: count, key: 7)
    for stretch in 0..<10 as Range<UInt64> {
      var low = 0
      for position in stretch * 10_000..<(stretch + 1) * 10_000 where permutation.value(at: position) < 4000 {
        low += 1
      }
      // 400 expected; six standard deviations of 18.6.
      #expect((288...512).contains(low), "stretch \(stretch): \(low)")
    }
  }

  /// Neighbours are not probed one after the other: distances are those of numbers that have nothing to do with each
  /// other, for many keys.
  @Test func successorsAreFarApart() {
    let count: UInt64 = 1_310_720
    for key in 0..<20 as Range<UInt64> {
      let permutation = Permutation(count: count, key: key)
      var (near, repeated): (Int, [Int64: Int]) = (0, [:])
      for position in 0..<20_000 as Range<UInt64> {
        let distance = Int64(permutation.value(at: position + 1)) - Int64(permutation.value(at: position))
        if abs(distance) < 2560 { near += 1 }
        repeated[distance, default: 0] += 1
      }
      // 78 expected to be within a /24 with ten ports; six standard deviations.
      #expect((25...131).contains(near), "key \(key): \(near)")
      // Of 20,000 distances hardly any come five times.
      #expect(repeated.values.max() ?? 0 < 6, "key \(key): \(repeated.values.max() ?? 0)")
    }
  }
}

@Suite struct ShardTests {
  @Test func partsAreDisjointCompleteAndEqual() throws {
    for total in [1, 2, 7, 1000, 1023, 1025] as [UInt64] {
      for of in [1, 2, 3, 7, 16, 1000] as [UInt64] {
        var seen = [Int](repeating: 0, count: Int(total))
        var sizes: [UInt64] = []
        for number in 0..<of {
          let shard = try #require(Shard(number, of: of))
          let count = shard.count(of: total)
          sizes.append(count)
          for step in 0..<count {
            let position = shard.position(step)
            seen[Int(position)] += 1
            #expect(shard.step(of: position) == step)
          }
        }
        #expect(seen.allSatisfy { $0 == 1 }, "\(total) in \(of)")
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
    }
  }

  @Test func itIsWrittenAsPeopleCount() throws {
    #expect(Shard("2/4") == Shard(1, of: 4))
    #expect(try #require(Shard(3, of: 4)).description == "4/4")
    for text in ["0/4", "5/4", "1", "1/0", "1/4/4", "-1/4", "a/b", "1/70000"] {
      #expect(Shard(text) == nil, "\(text)")
    }
  }
}

@Suite struct SipHashTests {
  /// The paper's worked example, appendix A.
  @Test func theExampleOfThePaper() {
    let hash = SipHash(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    #expect(hash.hash(bytes: Array(0..<15)) == 0xa129_ca61_49be_45e5)
  }

  @Test func wordsAreOctets() {
    let hash = SipHash(1, 2)
    let words: [UInt64] = [0x0807_0605_0403_0201, 0x100f_0e0d_0c0b_0a09]
    #expect(hash.hash(words[0], words[1]) == hash.hash(bytes: Array(1...16)))
  }
}
