package import FleetContract

/// Which record numbers of one gateway are stored: disjoint ranges in ascending order, never adjacent.
package struct StoredSequences: Hashable, Sendable {
  package private(set) var ranges: [ClosedRange<Int64>]

  /// Creates the set from ranges that are disjoint, ascending and not adjacent.
  package init(_ ranges: [ClosedRange<Int64>] = []) {
    self.ranges = ranges
  }

  package func contains(_ seq: Int64) -> Bool {
    let index = insertionIndex(of: seq)
    return index < ranges.count && ranges[index].contains(seq)
  }

  /// Adds numbers and returns whether that was within `limit` ranges; if not, nothing changes.
  package mutating func insert(_ new: ClosedRange<Int64>, limit: Int) -> Bool {
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

  /// What the gateway is told; ranges beyond what one message names are told when the gaps have closed.
  package var acknowledgement: AckBody {
    var rest = ranges[...]
    var stored: Int64 = 0
    if let first = rest.first, first.lowerBound <= 1 {
      stored = first.upperBound
      rest = rest.dropFirst()
    }
    let above = rest.prefix(AckBody.maximumRanges).compactMap { SequenceRange($0.lowerBound, $0.upperBound) }
    return AckBody(stored: stored, above: above)
  }
}
