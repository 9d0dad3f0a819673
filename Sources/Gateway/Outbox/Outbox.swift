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
  /// The number of the latest session with the broker.
  package internal(set) var birth: Int64 = 0

  package init() {}

  /// Takes a record, whose message `payload` makes of its number; the oldest are dropped where it would
  /// not fit.
  ///
  /// Returns the numbers of what was dropped, to be reported.
  package mutating func append(topic: String, payload: (Int64) -> [UInt8]) -> [Int64] {
    records.append(Record(sequence: nextSequence, topic: topic, payload: payload(nextSequence)))
    nextSequence += 1
    var dropped: [Int64] = []
    var bytes = records.reduce(0) { $0 + $1.payload.count }
    while records.count > 1, records.count > Self.recordLimit || bytes > Self.byteLimit {
      // A state that a newer record of the same topic replaces is worth least, then what is oldest.
      let newest = Dictionary(records.map { ($0.topic, $0.sequence) }) { max($0, $1) }
      let replaced = records.firstIndex { $0.topic.contains("/twin/") && newest[$0.topic] != $0.sequence }
      let victim = records.remove(at: replaced ?? 0)
      bytes -= victim.payload.count
      dropped.append(victim.sequence)
    }
    return dropped
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
    return records.count != before
  }
}
