import Cryptography
@testable import FleetContract
import Foundation
import Posture
import Testing

/// Who decides how a fleet comes back, and what nobody can decide.
@Suite struct PolicyTests {
  private typealias S = CommandSamples

  private static let group = known(TopicName("area-1"))
  private static let pace = known(try? SigningKey(seed: [UInt8](repeating: 9, count: 32)))
  private static let keys = S.operators + [known(OperatorKey(publicKey: pace.publicKey, use: .pace))]
  private static let now = S.clock.wall.milliseconds

  private static func document(
    _ version: Int64 = now, step: Int64 = 0, group: TopicName = group
  ) -> PolicyDocument {
    PolicyDocument(
      group: group, mark: PolicyMark(version: version, step: step), windowSeconds: 625, speed: 1.5, epoch: 3,
      hint: PolicyHint.Place("collector.example:8444"))
  }

  private static func signed(_ bytes: [UInt8], by key: SigningKey = pace) throws -> [UInt8] {
    try SignedPolicy(
      bytes: bytes,
      signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
    ).payload()
  }

  private static func judge(
    _ payload: [UInt8], known: PolicyMark? = nil, clock: CommandClock = S.clock
  ) throws(PolicyRefusal) -> PolicyDocument? {
    try SignedPolicy.accept(payload, for: group, among: keys, known: known, at: clock)
  }

  private static func code(
    _ payload: [UInt8], known: PolicyMark? = nil, clock: CommandClock = S.clock
  ) -> PolicyRefusal.Code? {
    do throws(PolicyRefusal) {
      _ = try judge(payload, known: known, clock: clock)
      return nil
    } catch { return error.code }
  }

  @Test func `a key for the pace, or for commands, is enough; no other is`() throws {
    let bytes = try Self.document().bytes()
    #expect(try Self.judge(try Self.signed(bytes)) == Self.document())
    #expect(try Self.judge(try Self.signed(bytes, by: S.anna)) == Self.document())
    #expect(Self.code(try Self.signed(bytes, by: S.stranger)) == .unknownKey)
    var lie = try SignedPolicy(payload: try Self.signed(bytes, by: S.stranger))
    lie.signature.key = KeyID(of: Self.pace.publicKey)
    #expect(Self.code(try lie.payload()) == .badSignature)
  }

  @Test func `a key for the pace commands nothing, and what a later version means by a key is nothing here`()
    throws
  {
    let judge = S.judge(keys: Self.keys)
    let payload = try S.payload(S.document(), by: [Self.pace])
    #expect(judge.code(payload) == .unknownKey)
    let text =
      #"[{"key_id":"\#(KeyID(of: S.anna.publicKey))","public":"\#(PaddedBase64.text(S.anna.publicKey))","use":"moon"}]"#
    let keys = try OperatorKey.list(Array(text.utf8))
    #expect(keys.map(\.use) == [.unknown])
    let again = try OperatorKey.list(try Array(JSONEncoder().encode(keys)))
    #expect(again == keys)
    #expect(S.judge(keys: keys).code(try S.payload(S.document())) == .unknownKey)
    #expect(throws: PolicyRefusal.self) {
      try SignedPolicy.accept(
        try Self.signed(try Self.document().bytes(), by: S.anna), for: Self.group, among: keys, known: nil,
        at: S.clock)
    }
  }

  @Test func `what was accepted is not accepted again, nor anything before it`() throws {
    let known = PolicyMark(version: Self.now, step: 4)
    func payload(_ version: Int64, _ step: Int64) throws -> [UInt8] {
      try Self.signed(try Self.document(version, step: step).bytes())
    }
    #expect(try Self.judge(try payload(Self.now, 4), known: known) == nil)
    #expect(Self.code(try payload(Self.now, 3), known: known) == .replayed)
    #expect(Self.code(try payload(Self.now - 1, 900), known: known) == .replayed)
    #expect(try Self.judge(try payload(Self.now, 5), known: known)?.mark.step == 5)
    #expect(try Self.judge(try payload(Self.now + 1, 0), known: known)?.mark.step == 0)
    // One that would shut out all others, unless nobody knows what time it is.
    let far = try payload(Self.now + 2 * 86_400_000, 0)
    #expect(Self.code(far) == .outOfRange)
    var unset = S.clock
    unset.isSynchronised = false
    unset.wall = WallTime(milliseconds: 0)
    #expect(Self.code(far, clock: unset) == nil)
    #expect(Self.code(try Self.signed(try Self.document(group: TopicName("b")!).bytes())) == .otherGroup)
  }

  @Test(arguments: [
    ("window_s", "0"), ("window_s", "-600"), ("window_s", "31536000"), ("window_s", "1801"), ("speed", "0"),
    ("speed", "-1"), ("speed", "1e9"), ("critical_share", "1.5"), ("critical_share", "-0.1"),
    ("low_share", "1"), ("version", "0"), ("version", "9223372036854775807"), ("step", "-1"),
    ("epoch", "-1"),
  ])
  func `an absurd policy is refused, whoever signed it`(_ member: String, _ value: String) throws {
    let text = String(decoding: try Self.document().bytes(), as: UTF8.self)
    let absurd = text.replacing(try Regex("\"\(member)\":[0-9.]+"), with: "\"\(member)\":\(value)")
    #expect(absurd != text)
    #expect(Self.code(try Self.signed(Array(absurd.utf8), by: S.anna)) == .outOfRange, "\(absurd)")
  }

  @Test func `what is not understood is refused`() throws {
    let text = String(decoding: try Self.document().bytes(), as: UTF8.self)
    let cases: [(String, PolicyRefusal.Code)] = [
      ("{}", .malformed), (text.replacing("\"1.0\"", with: "\"2.0\""), .version),
      (text.replacing("\"epoch\":3", with: "\"epoch\":3,\"hold\":99"), .malformed),
      (text.replacing("\"window_s\":625", with: "\"window_s\":\"soon\""), .malformed),
      (text.replacing("collector.example:8444", with: "nowhere"), .malformed),
      (String(text.dropLast(3)), .malformed), (text + String(repeating: " ", count: 400), .oversized),
    ]
    for (bytes, code) in cases {
      #expect(Self.code(try Self.signed(Array(bytes.utf8))) == code, "\(bytes)")
    }
    #expect(Self.code([UInt8](repeating: 0x20, count: 641)) == .oversized)
    #expect(Self.code([]) == .malformed)
  }

  /// Single bits, cuts and splices of what was signed: nothing else than the original is ever taken.
  @Test func `twenty thousand forgeries, and none is followed`() throws {
    let original = Self.document()
    let payload = try Self.signed(try original.bytes())
    let other = try Self.signed(try Self.document(Self.now + 5).bytes())
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var forged = payload
      switch Int.random(in: 0..<3, using: &numbers) {
      case 0:
        let bit = Int.random(in: 0..<forged.count * 8, using: &numbers)
        forged[bit / 8] ^= 1 << UInt8(bit % 8)
      case 1: forged.removeLast(Int.random(in: 1...forged.count, using: &numbers))
      default:
        let cut = Int.random(in: 1..<min(payload.count, other.count) - 1, using: &numbers)
        forged = Array(payload[..<cut] + other[cut...])
      }
      guard let found = try? Self.judge(forged) else { continue }
      // A splice may be one of the two as a whole.
      #expect(
        found == original || found == Self.document(Self.now + 5),
        "\(String(decoding: forged, as: UTF8.self))")
    }
  }

  @Test func `the largest answer is no longer than the question`() throws {
    let longest = known(TopicName(String(repeating: "g", count: 64)))
    let document = PolicyDocument(
      group: longest, mark: PolicyMark(version: largestSequence, step: largestSequence), windowSeconds: 1800,
      criticalShare: 0.01, lowShare: 0.99, speed: 31.875, epoch: largestSequence,
      hint: PolicyHint.Place(String(repeating: "h", count: 66) + ":65535"))
    #expect(document.hint != nil)
    let bytes = try document.bytes()
    #expect(bytes.count <= PolicyDocument.maximumBytes)
    #expect(try PolicyDocument(bytes: bytes) == document)
    #expect(try Self.signed(bytes).count <= PolicyHint.requestBytes)
    let question = PolicyHint.request(for: longest)
    #expect(question.count == PolicyHint.requestBytes && PolicyHint.group(of: question) == longest)
    var dirty = question
    dirty[639] = 1
    #expect(PolicyHint.group(of: dirty) == nil)
    #expect(PolicyHint.group(of: Array(question.dropLast())) == nil)
  }

  @Test func `a place is a host and a port`() {
    for text in ["collector.example:8444", "192.0.2.1:1", "[2001:db8::1]:65535"] {
      #expect(PolicyHint.Place(text)?.description == text)
    }
    for text in [
      "", ":1", "a", "a:", "a:0", "a:65536", "a b:1", "a\u{0}:1", "a/b:1", "a:+1", "2001:db8::1:8444",
      "[a]:1", "[]:1",
    ] {
      #expect(PolicyHint.Place(text) == nil, "\(text)")
    }
  }
}
