import FleetContract

extension Outbox {
  /// Everything as one log: what a new file holds.
  var wholeLog: [UInt8] {
    OutboxFrame.fileHead + numbers.bytes
      + (dropped.isEmpty ? [] : OutboxFrame.dropped(dropped.ranges, droppedCounts).bytes)
      + records.flatMap { OutboxFrame.record($0).bytes }
  }

  /// What has to be added to the log, so ordered that a torn end does no harm: what is new before what it
  /// replaces, and a report of drops before these are forgotten.
  var unsavedLog: [UInt8] {
    let new = records.filter { !isSaved($0) }
    var bytes = new.flatMap { OutboxFrame.record($0).bytes }
    if unsaved.dropped { bytes += OutboxFrame.dropped(dropped.ranges, droppedCounts).bytes }
    if !unsaved.gone.isEmpty { bytes += OutboxFrame.gone(unsaved.gone.ranges).bytes }
    // A number that was dropped before it came to the disk is told by no record.
    if unsaved.numbers || (unsaved.first < nextSequence && new.last?.sequence != nextSequence - 1) {
      bytes += numbers.bytes
    }
    return bytes
  }

  private var numbers: OutboxFrame {
    .numbers(next: nextSequence, births: birthLimit, lived: lived, posture: postureSequence)
  }

  /// The disk knows everything now.
  package mutating func markSaved() {
    unsaved = Unsaved()
    unsaved.first = nextSequence
  }

  /// How many bytes ``wholeLog`` has, about.
  var logSize: Int { size + 4096 }

  /// What a log says, whatever has happened to it.
  ///
  /// What is damaged is passed over; then no number that may have been in it is given again, and every number
  /// that nothing is known of any more is told as dropped.
  struct Replay {
    var outbox = Outbox()
    /// How many bytes were no frame.
    var damage = 0
    /// Where the last whole frame ends.
    var end = 0
  }

  static func replay(_ log: [UInt8]) -> Replay {
    var replay = Replay()
    var live: [Int64: Record] = [:]
    var position = log.starts(with: OutboxFrame.fileHead) ? OutboxFrame.fileHead.count : 0
    /// Damaged bytes behind the last frame that gave a number: they may have held higher ones.
    var damageBehind = 0
    while position < log.count {
      guard let (frame, end) = OutboxFrame.read(log, at: position) else {
        let next = log[(position + 1)...].firstIndex(of: OutboxFrame.mark[0]) ?? log.count
        replay.damage += next - position
        damageBehind += next - position
        position = next
        continue
      }
      switch frame {
      case .record(let record):
        live[record.sequence] = record
        replay.outbox.nextSequence = max(replay.outbox.nextSequence, record.sequence + 1)
        replay.outbox.lived = max(replay.outbox.lived, record.made.lived)
        damageBehind = 0
      case .gone(let ranges):
        for range in ranges { for number in live.keys where range.contains(number) { live[number] = nil } }
      case .dropped(let ranges, let counts):
        replay.outbox.dropped = SequenceSet()
        for range in ranges { replay.outbox.dropped.insert(range) }
        replay.outbox.droppedCounts = counts
      case .numbers(let next, let births, let lived, let posture):
        replay.outbox.nextSequence = max(replay.outbox.nextSequence, next)
        replay.outbox.birthLimit = max(replay.outbox.birthLimit, births)
        replay.outbox.lived = max(replay.outbox.lived, lived)
        replay.outbox.postureSequence = max(replay.outbox.postureSequence, posture)
        damageBehind = 0
      }
      position = end
      replay.end = end
    }
    replay.outbox.settle(live.values.sorted { $0.sequence < $1.sequence }, replay.damage, damageBehind)
    return replay
  }

  private mutating func settle(_ live: [Record], _ damage: Int, _ damageBehind: Int) {
    if damage > 0 { postureSequence = 0 }
    for record in live { insert(record) }
    markSaved()
    birth = birthLimit
    guard damage > 0 else { return }
    birth += 1000
    if damageBehind > 0 {
      nextSequence += Int64((damageBehind + OutboxFrame.leastRecord - 1) / OutboxFrame.leastRecord)
    }
    // A number that the collector has is no loss when it is told as dropped.
    var known = SequenceSet()
    for record in live { known.insert(record.sequence...record.sequence) }
    for range in dropped.ranges { known.insert(range) }
    let unknown = SequenceSet(nextSequence > 1 ? known.missing(in: 1...(nextSequence - 1)) : [])
    if !unknown.isEmpty {
      // Most of them were stored long ago: more records than had room in the damaged bytes were not lost.
      let most = Int64((damage + OutboxFrame.leastRecord - 1) / OutboxFrame.leastRecord)
      droppedCounts[.damaged, default: 0] += min(unknown.count, most)
    }
    for range in unknown.ranges { dropped.insert(range) }
    unsaved.first = nextSequence
    unsaved.dropped = true
    unsaved.numbers = true
  }
}
