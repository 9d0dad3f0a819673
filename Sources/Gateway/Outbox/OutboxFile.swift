package import LinuxIO

/// An outbox on disk: one line for the next number and the birth, then one line a record.
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
      let parts = line.split(separator: 0x20, maxSplits: 2)
      guard let sequence = parts.first.flatMap({ Int64(String(decoding: $0, as: UTF8.self)) }), sequence > 0
      else { continue }
      if parts.count == 3 {
        outbox.records.append(
          Outbox.Record(
            sequence: sequence, topic: String(decoding: parts[1], as: UTF8.self), payload: Array(parts[2])))
        outbox.nextSequence = max(outbox.nextSequence, sequence + 1)
      } else if parts.count == 2, let birth = Int64(String(decoding: parts[1], as: UTF8.self)), birth >= 0 {
        outbox.nextSequence = max(outbox.nextSequence, sequence)
        outbox.birth = birth
      }
    }
    return outbox
  }

  /// Replaces the file whole: a power cut leaves the old or the new one.
  package func write(_ outbox: Outbox) throws(SystemError) {
    var bytes = Array("\(outbox.nextSequence) \(outbox.birth)\n".utf8)
    for record in outbox.records {
      bytes += Array("\(record.sequence) \(record.topic) ".utf8) + record.payload + [0x0a]
    }
    try Files.replace(path, with: bytes, mode: 0o600)
  }
}
