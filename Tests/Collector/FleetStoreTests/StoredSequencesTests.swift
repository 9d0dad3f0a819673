import FleetContract
import FleetStore
import Testing

@Suite struct StoredSequencesTests {
  @Test func `agrees with a plain set`() {
    for _ in 0..<300 {
      var stored = SequenceSet()
      var plain: Set<Int64> = []
      for _ in 0..<60 {
        let first = Int64.random(in: 1...80)
        let range = first...(first + Int64.random(in: 0...4))
        let inserted1 = stored.insert(range, limit: 1000)
        #expect(inserted1)
        plain.formUnion(range)
      }
      #expect((1...90).allSatisfy { stored.contains($0) == plain.contains($0) })
      let missing = stored.missing(in: 5...70).flatMap { Array($0) }
      #expect(missing == (5...70).filter { !plain.contains($0) })
      let one = Int64.random(in: 1...80)
      stored.remove(one)
      plain.remove(one)
      #expect(!stored.contains(one) && stored.count == plain.count)
      for (left, right) in zip(stored.ranges, stored.ranges.dropFirst()) {
        #expect(left.upperBound + 1 < right.lowerBound)
      }
      let ack = stored.acknowledgement
      #expect((1...90).allSatisfy { ack.covers($0) == plain.contains($0) })
      #expect((1...ack.stored + 1).allSatisfy { plain.contains($0) == ($0 <= ack.stored) })
    }
  }

  @Test func `opens no more gaps than allowed, but closes them`() {
    var stored = SequenceSet([1...1, 5...5])
    let refused = stored.insert(9...9, limit: 2)
    #expect(!refused)
    let inserted2 = stored.insert(2...2, limit: 2)
    #expect(inserted2)
    let inserted3 = stored.insert(3...4, limit: 2)
    #expect(inserted3)
    #expect(stored.ranges == [1...5])
    let inserted4 = stored.insert(9...9, limit: 2)
    #expect(inserted4)
  }

  @Test func `names at most as many ranges as a message may`() {
    let stored = SequenceSet((1...1000).map { Int64($0 * 2)...Int64($0 * 2) })
    #expect(stored.acknowledgement.stored == 0)
    #expect(stored.acknowledgement.above.count == 256)
  }
}
