/// A set of record numbers: disjoint ranges in ascending order, never adjacent.
package struct SequenceSet: Hashable, Sendable {
  package private(set) var ranges: [ClosedRange<Int64>]

  /// Creates the set from ranges that are disjoint, ascending and not adjacent.
  package init(_ ranges: [ClosedRange<Int64>] = []) {
    self.ranges = ranges
  }

  package var isEmpty: Bool { ranges.isEmpty }

  /// How many numbers there are.
  package var count: Int64 { ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound + 1 } }

  package func contains(_ seq: Int64) -> Bool {
    let index = insertionIndex(of: seq)
    return index < ranges.count && ranges[index].contains(seq)
  }

  /// Adds numbers and returns whether that was within `limit` ranges; if not, nothing changes.
  @discardableResult
  package mutating func insert(_ new: ClosedRange<Int64>, limit: Int = .max) -> Bool {
    // The ranges that touch the new one, or end right before it, or start right behind it.
    let start = insertionIndex(of: new.lowerBound - 1)
    var end = start
    var merged = new
    while end < ranges.count, ranges[end].lowerBound <= new.upperBound + 1 {
      merged = min(merged.lowerBound, ranges[end].lowerBound)...max(merged.upperBound, ranges[end].upperBound)
      end += 1
    }
    guard start != end || ranges.count < limit else { return false }
    ranges.replaceSubrange(start..<end, with: [merged])
    return true
  }

  /// Takes one number out.
  package mutating func remove(_ seq: Int64) {
    let index = insertionIndex(of: seq)
    guard index < ranges.count, ranges[index].contains(seq) else { return }
    let range = ranges[index]
    var rest: [ClosedRange<Int64>] = []
    if range.lowerBound < seq { rest.append(range.lowerBound...(seq - 1)) }
    if seq < range.upperBound { rest.append((seq + 1)...range.upperBound) }
    ranges.replaceSubrange(index...index, with: rest)
  }

  /// The numbers of a range that are not in the set.
  package func missing(in range: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
    var gaps: [ClosedRange<Int64>] = []
    var next = range.lowerBound
    for known in ranges[insertionIndex(of: range.lowerBound)...] where next <= range.upperBound {
      if known.lowerBound > range.upperBound { break }
      if known.lowerBound > next { gaps.append(next...(known.lowerBound - 1)) }
      next = max(next, known.upperBound + 1)
    }
    if next <= range.upperBound { gaps.append(next...range.upperBound) }
    return gaps
  }

  /// Takes out the ranges with the lowest numbers, at most `limit` of them.
  package mutating func takeFirst(_ limit: Int) -> [ClosedRange<Int64>] {
    let taken = Array(ranges.prefix(limit))
    ranges.removeFirst(taken.count)
    return taken
  }

  /// The first range that ends at or behind `seq`.
  private func insertionIndex(of seq: Int64) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < seq { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
