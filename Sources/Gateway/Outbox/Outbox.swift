package import FleetContract

/// Keeps records until the collector has stored them, within bounds.
///
/// A value; ``OutboxFile`` keeps it on disk. A record has its number for ever: the number is given when
/// the record is persisted, survives restarts, and tells the collector what it has missed.
package struct Outbox: Hashable, Sendable {
  /// The most bytes of payload kept, over all records.
  package static let byteLimit = 1_048_576
  package static let recordLimit = 1000

  /// One message that waits for its acknowledgement.
  package struct Record: Hashable, Sendable {
    package let sequence: Int64
    package let topic: String
    package let payload: [UInt8]
  }

  package internal(set) var nextSequence: Int64 = 1
  package internal(set) var records: [Record] = []
  /// Numbers that were dropped and that the collector has not been told of, ascending.
  package internal(set) var dropped: [SequenceRange] = []
  /// The number of the latest session with the broker.
  package internal(set) var birth: Int64 = 0

  package init() {}

  /// Takes a record, whose message `payload` makes of its number; `nil` takes none.
  ///
  /// A state replaces the earlier one of its topic: sent again after the newer one, it would overwrite it
  /// at the broker. Where the record would not fit, the oldest are dropped.
  package mutating func append(topic: String, payload: (Int64) -> [UInt8]?) {
    guard let bytes = payload(nextSequence) else { return }
    if topic.contains("/twin/") {
      for record in records where record.topic == topic { drop(record.sequence) }
      records.removeAll { $0.topic == topic }
    }
    records.append(Record(sequence: nextSequence, topic: topic, payload: bytes))
    nextSequence += 1
    var size = records.reduce(0) { $0 + $1.payload.count }
    while records.count > Self.recordLimit || size > Self.byteLimit {
      // What tells of drops stays, or the numbers in it would be missed for ever.
      guard let index = records.firstIndex(where: { !$0.topic.hasSuffix("/evt/dropped") }),
        index < records.count - 1
      else { return }
      let victim = records.remove(at: index)
      size -= victim.payload.count
      drop(victim.sequence)
    }
  }

  /// Takes the ranges to report as dropped, as many as one message names.
  package mutating func takeDropped() -> [SequenceRange] {
    let ranges = Array(dropped.prefix(AckBody.maximumRanges))
    dropped.removeFirst(ranges.count)
    return ranges
  }

  private mutating func drop(_ sequence: Int64) {
    let all = (dropped + [SequenceRange(sequence, sequence)].compactMap(\.self)).sorted {
      $0.first < $1.first
    }
    dropped = all.reduce(into: []) { joined, range in
      if let last = joined.last, last.last + 1 == range.first,
        let both = SequenceRange(last.first, range.last)
      {
        joined[joined.count - 1] = both
      } else {
        joined.append(range)
      }
    }
  }

  /// Gives the next session its number.
  package mutating func takeBirth() -> Int64 {
    birth += 1
    return birth
  }

  /// Forgets what the collector has stored, and returns whether that was anything.
  package mutating func acknowledge(_ ack: AckBody) -> Bool {
    let before = records.count
    records.removeAll { ack.covers($0.sequence) }
    // An outbox that was lost with its disk must not give numbers again that the collector knows.
    nextSequence = max(nextSequence, max(ack.stored, ack.above.map(\.last).max() ?? 0) + 1)
    return records.count != before
  }
}
