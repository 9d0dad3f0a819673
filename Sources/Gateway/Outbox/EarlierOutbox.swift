import FleetContract

/// The file of version 0.1.0: lines of `next NUMBER`, `birth NUMBER`, `dropped FIRST LAST` and
/// `record NUMBER TOPIC PAYLOAD`.
enum EarlierOutbox {
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("next ".utf8)) }

  /// Reads what is there; a line that is no record (a cut file, a failed disk) is passed over, and the next number
  /// moves beyond everything that was read.
  static func read(_ bytes: [UInt8]) -> Outbox {
    var outbox = Outbox()
    var records: [Outbox.Record] = []
    for line in bytes.split(separator: 0x0a) {
      let parts = line.split(separator: 0x20, maxSplits: 3)
      let numbers = parts.dropFirst().map { Int64(String(decoding: $0, as: UTF8.self)) ?? -1 }
      guard let word = parts.first, numbers.first ?? -1 >= 0 else { continue }
      switch (String(decoding: word, as: UTF8.self), parts.count) {
      case ("next", 2): outbox.nextSequence = max(outbox.nextSequence, numbers[0])
      case ("birth", 2): outbox.birthLimit = numbers[0]
      case ("dropped", 3) where numbers[0] > 0 && numbers[0] <= numbers[1]:
        outbox.dropped.insert(numbers[0]...numbers[1])
      case ("record", 4) where (1...largestSequence).contains(numbers[0]):
        let topic = String(decoding: parts[2], as: UTF8.self)
        records.append(
          Outbox.Record(
            sequence: numbers[0], topic: topic, payload: Array(parts[3]), worth: worth(of: topic),
            made: Moment(lived: .zero, wall: nil)))
        outbox.nextSequence = max(outbox.nextSequence, numbers[0] + 1)
      default: continue
      }
    }
    for record in records.sorted(by: { $0.sequence < $1.sequence }) { outbox.insert(record) }
    outbox.markSaved()
    outbox.birth = outbox.birthLimit
    outbox.unsaved.numbers = true
    return outbox
  }

  /// That format kept no worth; an event may be of the highest.
  private static func worth(of topic: String) -> Worth {
    if topic.hasSuffix("/evt/dropped") { return .account }
    if topic.contains("/twin/") { return .state }
    return topic.contains("/met/") ? .metrics : .high
  }
}
