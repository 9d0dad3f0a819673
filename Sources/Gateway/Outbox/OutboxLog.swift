import FleetContract
package import LinuxIO

/// An outbox on disk, kind to flash: changes are added to the end of one file, which is rewritten only when most
/// of it is of no use any more.
///
/// What a change says is on disk when ``save()`` returns, and after a crash at any byte either all records of the
/// last whole save are there, or more. The format is told in `OutboxFrame`.
package final class OutboxLog {
  /// The end of the name of the file beside it.
  package static let markSuffix = SequenceMark.suffix

  package let path: String
  package var outbox: Outbox
  /// How many bytes of the file could not be read when it was opened.
  package private(set) var damage = 0
  /// Whether the file was lost, or its end, and other numbers than these would be given again.
  package private(set) var isLost = false
  private var mark: SequenceMark
  private var file: AppendFile?
  private let openedAt: Duration
  private let livedBefore: Duration

  /// Bytes of no use up to here are not worth a rewriting.
  static let garbageLimit = 262_144
  /// What is larger was not written by us.
  private static let fileLimit = 4 * Outbox.hardLimit
  /// So many acknowledgements may be forgotten in a crash: their records are sent once more.
  private static let unsavedAcknowledgements: Int64 = 64

  /// Reads the outbox; an absent file is an empty one.
  ///
  /// A file that is damaged, or of the format before this one, is written anew at the next ``save()``.
  package init(path: String, sinceBoot: Duration = Clocks.sinceBoot) throws(SystemError) {
    self.path = path
    openedAt = sinceBoot
    let bytes = Files.exists(path) ? try Files.read(path, limit: Self.fileLimit) : []
    if EarlierOutbox.isOne(bytes) {
      outbox = EarlierOutbox.read(bytes)
    } else {
      let replay = Outbox.replay(bytes)
      outbox = replay.outbox
      damage = bytes.isEmpty ? 0 : replay.damage
      if damage == 0, !bytes.isEmpty { file = try AppendFile(path, length: replay.end) }
    }
    livedBefore = outbox.lived
    mark = try SequenceMark(path: path + SequenceMark.suffix)
    if mark.isAhead(of: outbox.nextSequence) {
      isLost = true
      outbox.skip(to: mark.limit, births: mark.births)
    }
  }

  /// Now, by the clock of this boot and by the wall clock where that is set.
  package func moment(sinceBoot: Duration, wall: Duration?) -> Moment {
    Moment(lived: livedBefore + (sinceBoot - openedAt), wall: wall)
  }

  /// Brings what has changed to the disk; acknowledgements alone wait for the next change, unless `all` is asked
  /// for.
  ///
  /// Where it throws, nothing new is on disk, and the next call tries again.
  package func save(all: Bool = false) throws(SystemError) {
    let gone = outbox.unsaved.gone.count
    guard outbox.needsSaving || gone >= Self.unsavedAcknowledgements || (all && gone > 0) else { return }
    try mark.cover(outbox.nextSequence, births: outbox.birthLimit)
    guard let file else { return try rewrite() }
    let new = outbox.unsavedLog
    if file.length + new.count - outbox.logSize > max(Self.garbageLimit, outbox.logSize) {
      // A disk without room for a second file may have room for the end of this one.
      if (try? rewrite()) != nil { return }
    }
    do throws(SystemError) {
      try file.append(new)
      outbox.markSaved()
    } catch {
      guard outbox.logSize < file.length / 2 else { throw error }
      try rewrite()
    }
  }

  private func rewrite() throws(SystemError) {
    let log = outbox.wholeLog
    try Files.replace(path, with: log, mode: 0o600)
    outbox.markSaved()
    file = nil
    file = try AppendFile(path, length: log.count)
  }
}
