import Cryptography
@testable import FleetContract
import Posture
import Testing

/// A hundred thousand commands that nobody may carry out, among ten thousand that are to be.
@Suite struct ForgeryTests {
  private typealias S = CommandSamples

  private static let count = 100_000

  /// Always the same numbers (SplitMix64: Steele, Lea, Flood, 2014).
  private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }

    mutating func flip(_ bytes: inout [UInt8]) {
      let bit = Int.random(in: 0..<bytes.count * 8, using: &self)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }

  /// A command as it comes, and to whom, when, after what.
  private struct Attempt {
    var signed: SignedCommand
    var payload: [UInt8]
    var verb: CommandVerb
    var id: TopicName
    var judge = S.judge()
    var memory = CommandMemory()
    var nonces = NonceBook()
    var clock = S.clock

    var accepted: AcceptedCommand? {
      try? judge.judge(payload, on: verb, id, memory: memory, nonces: nonces, clock: clock)
    }
  }

  private enum Forgery: CaseIterable {
    case payloadBit, commandBit, signatureBit, truncated, oversized, spliced, rubbish, expired, early,
      otherGateway
    case wrongVerb, wrongID, replayed, reordered, stranger, borrowedName, swapped, tooFew, vetoed, noNonce,
      wrongNonce
    case longLife
  }

  private static func attempts() throws -> [Attempt] {
    try (0..<64).map { number in
      let document = S.document(
        S.commands[number % S.commands.count], id: "c-\(number)", seq: Int64(number + 1))
      let signed = try S.signed(try document.bytes(), by: [S.anna, S.ben])
      return Attempt(
        signed: signed, payload: try signed.payload(), verb: document.command.verb, id: document.id)
    }
  }

  private static func forge(
    _ original: Attempt, _ forgery: Forgery, among all: [Attempt], _ chance: inout Chance
  ) throws -> Attempt {
    var forged = original
    let document = try CommandDocument(bytes: original.signed.bytes)
    switch forgery {
    case .payloadBit: chance.flip(&forged.payload)
    case .commandBit:
      chance.flip(&forged.signed.bytes)
      forged.payload = try forged.signed.payload()
    case .signatureBit:
      chance.flip(&forged.signed.signatures[Int.random(in: 0...1, using: &chance)].bytes)
      forged.payload = try forged.signed.payload()
    case .truncated: forged.payload.removeLast(Int.random(in: 1...forged.payload.count, using: &chance))
    case .oversized:
      forged.payload += [UInt8](repeating: 0x20, count: 8192 + Int.random(in: 0..<4096, using: &chance))
    case .spliced:
      let other = known(all.randomElement(using: &chance))
      let cut = Int.random(in: 1..<forged.payload.count, using: &chance)
      forged.payload = Array(forged.payload[..<cut] + other.payload[min(cut, other.payload.count)...])
      // The same bytes again are no forgery.
      if forged.payload == original.payload || forged.payload == other.payload { forged.payload.removeLast() }
    case .rubbish:
      forged.payload = (0..<Int.random(in: 0..<600, using: &chance)).map { _ in
        .random(in: 0...255, using: &chance)
      }
    case .expired: forged.clock.wall = S.minute(.random(in: 5...5_000_000, using: &chance))
    case .early: forged.clock.wall = S.minute(.random(in: -5_000_000...(-1), using: &chance))
    case .otherGateway: forged.judge.gateway = S.other
    case .wrongVerb:
      forged.verb = known(CommandVerb.allCases.filter { $0 != original.verb }.randomElement(using: &chance))
    case .wrongID: forged.id = known(TopicName("c-\(Int.random(in: 64...999, using: &chance))"))
    case .replayed: forged.memory.remember(known(original.accepted), at: S.clock)
    case .reordered:
      let later = S.document(id: "later", seq: document.seq + .random(in: 0...9, using: &chance))
      forged.memory.remember(
        AcceptedCommand(
          document: later, signers: [Bool.random(using: &chance) ? S.operators[0].id : S.operators[1].id]),
        at: S.clock)
    case .stranger:
      forged.signed = try S.signed(original.signed.bytes, by: [S.anna, S.stranger])
      forged.payload = try forged.signed.payload()
    case .borrowedName:
      forged.signed.signatures[0].bytes = try S.stranger.sign(original.signed.bytes)
      forged.payload = try forged.signed.payload()
    case .swapped:
      let other = known(all.filter { $0.id != original.id }.randomElement(using: &chance))
      forged.signed.signatures = other.signed.signatures
      forged.payload = try forged.signed.payload()
    case .tooFew:
      forged.judge.policy.twoSignatures = Set(CommandVerb.allCases)
      let one = known(forged.signed.signatures.randomElement(using: &chance))
      forged.signed.signatures = Bool.random(using: &chance) ? [one] : [one, one]
      forged.payload = try forged.signed.payload()
    case .vetoed: forged.judge.policy.refused = [original.verb]
    case .noNonce: forged.clock.isSynchronised = false
    case .wrongNonce:
      forged.clock.isSynchronised = false
      _ = forged.nonces.nonce(
        for: original.id, now: forged.clock.sinceBoot,
        fresh: known(CommandNonce(random: .init(repeating: 1, count: 16))))
      var signed = document
      signed.nonce = CommandNonce(random: (0..<16).map { _ in .random(in: 2...255, using: &chance) })
      forged.payload = try S.payload(signed, by: [S.anna, S.ben])
    case .longLife:
      var signed = document
      signed.expires = S.minute(.random(in: 16...5_000_000, using: &chance))
      forged.payload = try S.payload(signed, by: [S.anna, S.ben])
    }
    return forged
  }

  /// In quarters, so that they share the cores of the machine.
  @Test(arguments: 0..<4) func `none of a hundred thousand forgeries is accepted`(quarter: Int) throws {
    let attempts = try Self.attempts()
    var chance = Chance(state: 20_261_125 + UInt64(quarter))
    var accepted: [Forgery: Int] = [:]
    var missing = 0
    for number in 0..<Self.count / 4 {
      let original = attempts[number % attempts.count]
      let forgery = Forgery.allCases[number % Forgery.allCases.count]
      if try Self.forge(original, forgery, among: attempts, &chance).accepted != nil {
        accepted[forgery, default: 0] += 1
      }
      // The test could not fail if nothing were ever accepted.
      if number % 10 == 0, original.accepted == nil { missing += 1 }
    }
    #expect(accepted == [:])
    #expect(missing == 0)
  }
}
