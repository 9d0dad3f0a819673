import Cryptography
@testable import FleetContract
import Posture
import Testing

@Suite struct CommandMemoryTests {
  private typealias S = CommandSamples

  private func accept(
    _ document: CommandDocument, by keys: [SigningKey] = [CommandSamples.anna],
    into memory: inout CommandMemory,
    at clock: CommandClock = CommandSamples.clock
  ) throws {
    let accepted = try S.judge().judge(
      try S.payload(document, by: keys), on: document.command.verb, document.id, memory: memory,
      nonces: NonceBook(),
      clock: clock)
    memory.remember(accepted, at: clock)
  }

  @Test func `nothing is accepted twice, and nothing late`() throws {
    var memory = CommandMemory()
    try accept(S.document(seq: 5), into: &memory)
    #expect(S.judge().code(try S.payload(S.document(seq: 5)), memory: memory) == .replayed)
    #expect(S.judge().code(try S.payload(S.document(seq: 6)), memory: memory) == .replayed)
    func late(_ seq: Int64, by keys: [SigningKey]) throws -> CommandRefusal.Code? {
      S.judge().code(try S.payload(S.document(id: "c-2", seq: seq), by: keys), id: "c-2", memory: memory)
    }
    #expect(try late(5, by: [S.anna]) == .staleSequence)
    #expect(try late(4, by: [S.anna, S.ben]) == .staleSequence)
    #expect(try late(4, by: [S.ben]) == nil)
    #expect(try late(6, by: [S.anna]) == nil)
    // What two have signed counts for both.
    try accept(S.document(id: "c-3", seq: 9), by: [S.anna, S.ben], into: &memory)
    #expect(try late(8, by: [S.ben]) == .staleSequence)
  }

  @Test func `an id outlives a day and the command, and a clock that is not set forgets nothing`() throws {
    var memory = CommandMemory()
    try accept(S.document(), into: &memory)
    func clock(_ minutes: Int64, set: Bool = true) -> CommandClock {
      CommandClock(wall: S.minute(minutes), isSynchronised: set, sinceBoot: .zero)
    }
    func accepting(_ id: String, _ seq: Int64, _ minute: Int64) throws -> [String] {
      var copy = memory
      try accept(
        S.document(id: id, seq: seq, from: S.minute(minute), until: S.minute(minute + 5)), into: &copy,
        at: clock(minute))
      return copy.entries.map(\.id.description)
    }
    #expect(try accepting("c-2", 2, 24 * 60) == ["c-1", "c-2"])
    #expect(try accepting("c-2", 2, 24 * 60 + 5) == ["c-2"])
    // Also then its number keeps it out.
    var later = memory
    later.remember(
      AcceptedCommand(document: S.document(id: "c-9", seq: 9), signers: [KeyID(of: S.anna.publicKey)]),
      at: clock(3000))
    #expect(later.entries.map(\.id.description) == ["c-9"])
    #expect(S.judge().code(try S.payload(S.document()), memory: later) == .staleSequence)
    memory.remember(
      AcceptedCommand(document: S.document(id: "c-9", seq: 9), signers: [KeyID(of: S.anna.publicKey)]),
      at: clock(3000, set: false))
    #expect(memory.entries.count == 2)
  }

  @Test func `a full memory refuses rather than forgets`() throws {
    var memory = CommandMemory()
    for seq in 1...Int64(CommandMemory.limit) {
      memory.remember(
        AcceptedCommand(
          document: S.document(id: "c-\(seq)", seq: seq), signers: [KeyID(of: S.anna.publicKey)]),
        at: S.clock)
    }
    let next = S.document(id: "next", seq: 5000)
    #expect(S.judge().code(try S.payload(next), id: "next", memory: memory) == .tooMany)
  }

  @Test func `a clock that is not set asks for a nonce, good for two minutes and once`() throws {
    var book = NonceBook()
    func clock(_ seconds: Int64) -> CommandClock {
      CommandClock(wall: WallTime(milliseconds: 0), isSynchronised: false, sinceBoot: .seconds(seconds))
    }
    let id = known(TopicName("c-1"))
    #expect(S.judge().code(try S.payload(S.document()), clock: clock(10)) == .nonceRequired)
    let nonce = book.nonce(
      for: id, now: .seconds(10), fresh: known(CommandNonce(random: .init(repeating: 7, count: 16))))
    let again = book.nonce(
      for: id, now: .seconds(60), fresh: known(CommandNonce(random: .init(repeating: 8, count: 16))))
    #expect(again == nonce)
    let payload = try S.payload(S.document(nonce: nonce))
    #expect(S.judge().code(payload, nonces: book, clock: clock(129)) == nil)
    #expect(S.judge().code(payload, nonces: book, clock: clock(130)) == .wrongNonce)
    #expect(S.judge().code(payload, clock: clock(60)) == .wrongNonce)
    let other = try S.payload(S.document(id: "c-2", nonce: nonce))
    #expect(S.judge().code(other, id: "c-2", nonces: book, clock: clock(60)) == .wrongNonce)
    // A clock that was set meanwhile is asked as well.
    let set = CommandClock(wall: S.minute(1), isSynchronised: true, sinceBoot: .seconds(60))
    #expect(S.judge().code(payload, nonces: book, clock: set) == nil)
    let old = CommandClock(wall: S.minute(9), isSynchronised: true, sinceBoot: .seconds(60))
    #expect(S.judge().code(payload, nonces: book, clock: old) == .expired)
    book.use(id)
    #expect(S.judge().code(payload, nonces: book, clock: clock(60)) == .wrongNonce)
  }
}
