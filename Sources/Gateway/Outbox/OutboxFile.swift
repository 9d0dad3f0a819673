import FleetContract
package import LinuxIO

/// An outbox on disk: lines of `next NUMBER`, `birth NUMBER`, `dropped FIRST LAST` and
/// `record NUMBER TOPIC PAYLOAD`.
package struct OutboxFile: Sendable {
  package let path: String

  /// What is larger was not written by us.
  private static let fileLimit = 2 * Outbox.byteLimit + 1_048_576

  package init(path: String) {
    self.path = path
  }

  /// Reads the outbox; an absent file is an empty one.
  ///
  /// A line that is no record (a cut file, a failed disk) is passed over, and the next number moves
  /// beyond everything that was read.
  package func read() throws(SystemError) -> Outbox {
    guard Files.exists(path) else { return Outbox() }
    var outbox = Outbox()
    for line in try Files.read(path, limit: Self.fileLimit).split(separator: 0x0a) {
      let parts = line.split(separator: 0x20, maxSplits: 3)
      let numbers = parts.dropFirst().map { Int64(String(decoding: $0, as: UTF8.self)) ?? -1 }
      guard let word = parts.first, numbers.first ?? -1 >= 0 else { continue }
      switch (String(decoding: word, as: UTF8.self), parts.count) {
      case ("next", 2): outbox.nextSequence = max(outbox.nextSequence, numbers[0])
      case ("birth", 2): outbox.birth = numbers[0]
      case ("dropped", 3):
        if let range = SequenceRange(numbers[0], numbers[1]) { outbox.dropped.append(range) }
      case ("record", 4) where numbers[0] > 0:
        let topic = String(decoding: parts[2], as: UTF8.self)
        outbox.records.append(Outbox.Record(sequence: numbers[0], topic: topic, payload: Array(parts[3])))
        outbox.nextSequence = max(outbox.nextSequence, numbers[0] + 1)
      default: continue
      }
    }
    return outbox
  }

  /// Replaces the file whole: a power cut leaves the old or the new one.
  package func write(_ outbox: Outbox) throws(SystemError) {
    var bytes = Array("next \(outbox.nextSequence)\nbirth \(outbox.birth)\n".utf8)
    for range in outbox.dropped { bytes += Array("dropped \(range.first) \(range.last)\n".utf8) }
    for record in outbox.records {
      bytes += Array("record \(record.sequence) \(record.topic) ".utf8) + record.payload + [0x0a]
    }
    try Files.replace(path, with: bytes, mode: 0o600)
  }
}
