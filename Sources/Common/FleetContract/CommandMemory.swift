package import Posture

/// What was accepted, so that nothing is accepted twice.
///
/// `seq` has to rise for each key: a command has to have a higher one than every command before that any of its
/// signers has signed, and raises it for all of them. That alone keeps a command from coming twice, for ever and
/// whatever the clock says; the ids are kept to tell a repetition from a command that came late, and to show what
/// was done.
package struct CommandMemory: Hashable, Sendable, Codable {
  /// One accepted command and how far it is.
  package struct Entry: Hashable, Sendable, Codable {
    package var id: TopicName
    package var verb: CommandVerb
    package var seq: Int64
    package var accepted: WallTime
    /// Whether `accepted` can be believed.
    package var clockSynced: Bool
    package var expires: WallTime
    package var state: CommandState
    package var reason: String?

    private enum CodingKeys: String, CodingKey {
      case id, verb, seq, accepted, expires, state, reason
      case clockSynced = "clock_synced"
    }
  }

  /// The shortest time an id is kept, in milliseconds: a day.
  package static let shortest: Int64 = 86_400_000
  /// The most ids kept: rather than to forget one too early, commands are refused.
  package static let limit = 1000
  /// Keys whose `seq` is remembered, long after they were taken from the list of operators.
  static let keyLimit = 256

  /// The highest `seq` accepted of each key.
  package private(set) var highest: [String: Int64] = [:]
  package private(set) var entries: [Entry] = []

  package init() {}

  /// Why a command cannot be accepted beside what was accepted before; `nil` where it can.
  package func objection(
    to document: CommandDocument, by signers: Set<KeyID>, at clock: CommandClock
  ) -> CommandRefusal? {
    if entries.contains(where: { $0.id == document.id }) {
      return CommandRefusal(.replayed, "command '\(document.id)' was accepted before")
    }
    if let last = signers.compactMap({ highest[$0.text] }).max(), document.seq <= last {
      return CommandRefusal(
        .staleSequence, "seq \(document.seq), and \(last) of the same key was accepted before")
    }
    let isFull = entries.count(where: { !Self.isForgettable($0, at: clock) }) >= Self.limit
    let hasManyKeys = highest.count + signers.count(where: { highest[$0.text] == nil }) > Self.keyLimit
    return isFull || hasManyKeys
      ? CommandRefusal(.tooMany, "\(Self.limit) commands of the last day, or \(Self.keyLimit) keys") : nil
  }

  /// Takes a command in; what is old enough gives way.
  package mutating func remember(_ accepted: AcceptedCommand, at clock: CommandClock) {
    let document = accepted.document
    entries.removeAll { Self.isForgettable($0, at: clock) }
    entries.append(
      Entry(
        id: document.id, verb: document.command.verb, seq: document.seq, accepted: clock.wall,
        clockSynced: clock.isSynchronised, expires: document.expires, state: .accepted))
    for signer in accepted.signers { highest[signer.text] = max(document.seq, highest[signer.text] ?? 0) }
  }

  /// Notes how far a command is.
  package mutating func note(_ id: TopicName, _ state: CommandState, reason: String? = nil) {
    guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
    entries[index].state = state
    entries[index].reason = reason
  }

  /// Whether an id is old enough: a day after it was accepted and after its command ran out, by a clock that is
  /// right now and was then, or would have been by its operator's.
  private static func isForgettable(_ entry: Entry, at clock: CommandClock) -> Bool {
    guard clock.isSynchronised else { return false }
    let since = entry.clockSynced ? max(entry.accepted, entry.expires) : entry.expires
    return clock.wall.milliseconds - since.milliseconds >= shortest
  }
}
