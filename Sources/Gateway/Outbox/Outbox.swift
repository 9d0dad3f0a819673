package import FleetContract

/// Keeps records until the collector has stored them, within bounds.
///
/// A value that decides; ``OutboxLog`` keeps it on disk. A record has its number for ever: the number is given
/// when the record is taken, survives restarts, and tells the collector what it has missed.
package struct Outbox: Hashable, Sendable {
  /// One message that waits for its acknowledgement.
  package struct Record: Hashable, Sendable {
    package let sequence: Int64
    package let topic: String
    package let payload: [UInt8]
    package let worth: Worth
    package let made: Moment

    /// What it takes of the bound: its bytes, and about what it needs around them in memory and on disk.
    var size: Int { payload.count + topic.utf8.count + 128 }

    /// A posture counts every finding that was open when it was made.
    var isPosture: Bool { topic.hasSuffix("/twin/posture") }
  }

  package internal(set) var nextSequence: Int64 = 1
  /// In the order of their numbers.
  package internal(set) var records: [Record] = []
  package internal(set) var size = 0
  /// Numbers that were dropped and that the collector has not been told of.
  package internal(set) var dropped = SequenceSet()
  package internal(set) var droppedCounts: [DroppedEvent.Cause: Int64] = [:]
  /// The number of the latest session with the broker.
  package internal(set) var birth: Int64 = 0
  /// The highest number of a session that the disk knows of; there are always some in store.
  var birthLimit: Int64 = 0
  /// The newest posture that is kept, or that the collector has: findings before it are in it.
  var postureSequence: Int64 = 0
  /// How long the outbox has lived at the last change.
  var lived: Duration = .zero

  /// What the disk does not know yet.
  var unsaved = Unsaved()

  struct Unsaved: Hashable, Sendable {
    /// Records from this number on.
    var first: Int64 = 1
    var gone = SequenceSet()
    var dropped = false
    var numbers = false
  }

  package init() {}

  /// Whether a record is on disk: only then may it be sent, or its number could be given twice.
  package func isSaved(_ record: Record) -> Bool { record.sequence < unsaved.first }

  /// Whether there is anything that has to be written now; what was acknowledged can wait, for it would only
  /// be sent once more.
  package var needsSaving: Bool { unsaved.first < nextSequence || unsaved.dropped || unsaved.numbers }

  /// Takes a record, whose message `payload` makes of its number; `nil` takes none.
  ///
  /// A state replaces the earlier one of its topic: sent again after the newer one, it would overwrite it
  /// at the broker. ``trim(at:)`` keeps the bounds.
  ///
  /// - Returns: whether it was taken.
  @discardableResult
  package mutating func append(
    topic: String, worth: Worth, at moment: Moment, payload: (Int64) -> [UInt8]?
  ) -> Bool {
    guard size < Self.hardLimit, let bytes = payload(nextSequence) else { return false }
    let record = Record(sequence: nextSequence, topic: topic, payload: bytes, worth: worth, made: moment)
    if worth == .state {
      for earlier in records where earlier.topic == topic { drop(earlier, .superseded) }
      records.removeAll { $0.topic == topic }
    }
    insert(record)
    nextSequence += 1
    lived = max(lived, moment.lived)
    return true
  }

  mutating func insert(_ record: Record) {
    records.append(record)
    size += record.size
    if record.isPosture { postureSequence = max(postureSequence, record.sequence) }
  }

  /// Takes the numbers to report as dropped, as many as one message names.
  package mutating func takeDropped() -> DroppedEvent? {
    guard !dropped.isEmpty else { return nil }
    let ranges = dropped.takeFirst(AckBody.maximumRanges).compactMap {
      SequenceRange($0.lowerBound, $0.upperBound)
    }
    defer { droppedCounts = [:] }
    unsaved.dropped = true
    return DroppedEvent(ranges, counts: droppedCounts)
  }

  /// Notes a record as dropped; whoever calls takes it out of ``records``.
  mutating func drop(_ record: Record, _ cause: DroppedEvent.Cause) {
    size -= record.size
    dropped.insert(record.sequence...record.sequence)
    droppedCounts[cause, default: 0] += 1
    unsaved.dropped = true
    if isSaved(record) { unsaved.gone.insert(record.sequence...record.sequence) }
  }

  /// Gives the next session its number, always a new one.
  ///
  /// They are kept on disk by the hundred, so that a bad line does not wear the flash.
  package mutating func takeBirth() -> Int64 {
    birth += 1
    if birth > birthLimit {
      birthLimit = birth + 99
      unsaved.numbers = true
    }
    return birth
  }

  /// Gives no number below this one: those in between may have been given before, and are told as dropped.
  ///
  /// Nor does a session get a number that one had: the collector would take it for a late word of an old one.
  mutating func skip(to sequence: Int64, births: Int64) {
    guard sequence > nextSequence else { return }
    birth = max(birth, births)
    birthLimit = max(birthLimit, births)
    dropped.insert(nextSequence...(sequence - 1))
    nextSequence = sequence
    unsaved.first = max(unsaved.first, sequence)
    unsaved.dropped = true
    unsaved.numbers = true
  }

  /// Forgets what the collector has stored, and returns whether that was anything.
  @discardableResult
  package mutating func acknowledge(_ ack: AckBody) -> Bool {
    // What is not on disk was never sent: an answer to its number is about another record.
    let stored = records.filter { isSaved($0) && ack.covers($0.sequence) }
    for record in stored {
      size -= record.size
      unsaved.gone.insert(record.sequence...record.sequence)
    }
    let numbers = Set(stored.map(\.sequence))
    if !numbers.isEmpty { records.removeAll { numbers.contains($0.sequence) } }
    // An outbox that was lost with its disk must not give numbers again that the collector knows.
    let known = max(ack.stored, ack.above.map(\.last).max() ?? 0)
    if known >= nextSequence {
      nextSequence = known + 1
      unsaved.first = max(unsaved.first, nextSequence)
      unsaved.numbers = true
    }
    return !stored.isEmpty
  }
}
