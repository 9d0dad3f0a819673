import Cryptography
import FleetContract
import Posture
import Testing

@Suite struct CommandTests {
  private typealias S = CommandSamples

  @Test(arguments: CommandSamples.commands) func `every verb is read as it was signed`(command: Command)
    throws
  {
    let document = S.document(command)
    #expect(try CommandDocument(bytes: try document.bytes()) == document)
    let payload = try S.payload(document, by: [S.anna, S.ben])
    let accepted = try S.judge().judge(
      payload, on: command.verb, document.id, memory: CommandMemory(), nonces: NonceBook(), clock: S.clock)
    #expect(accepted.document == document && accepted.signers.count == 2)
    #expect(document.topic == .gateway(Samples.gateway, .command(command.verb, id: document.id)))
  }

  @Test func `a stranger, another gateway's and another topic's are refused`() throws {
    let payload = try S.payload(S.document())
    #expect(S.judge().code(payload) == nil)
    #expect(S.judge(gateway: S.other).code(payload) == .otherGateway)
    #expect(S.judge().code(payload, .scan) == .wrongTopic)
    #expect(S.judge().code(payload, id: "c-2") == .wrongTopic)
    #expect(S.judge(keys: []).code(payload) == .unknownKey)
    #expect(S.judge().code(try S.payload(S.document(), by: [S.stranger])) == .unknownKey)
    #expect(S.judge().code(try S.payload(S.document(), by: [S.anna, S.stranger])) == .unknownKey)
    var forged = try S.signed(try S.document().bytes(), by: [S.stranger])
    forged.signatures[0].key = KeyID(of: S.anna.publicKey)
    #expect(S.judge().code(try forged.payload()) == .badSignature)
  }

  @Test func `closing takes two people, not one twice`() throws {
    let document = S.document(.close(Command.ClosingOrder(place: .gateway, service: "tcp/80")))
    #expect(S.judge().code(try S.payload(document), .close) == .tooFewSignatures)
    #expect(S.judge().code(try S.payload(document, by: [S.anna, S.anna]), .close) == .tooFewSignatures)
    #expect(S.judge().code(try S.payload(document, by: [S.anna, S.ben]), .close) == nil)
    let alone = S.judge(policy: CommandPolicy(twoSignatures: []))
    #expect(alone.code(try S.payload(document), .close) == nil)
  }

  @Test func `the owner has the last word`() throws {
    let judge = S.judge(policy: CommandPolicy(refused: [.report]))
    #expect(judge.code(try S.payload(S.document())) == .vetoed)
    #expect(judge.code(try S.payload(S.document(.scan(interface: nil))), .scan) == nil)
  }

  @Test func `a life has a beginning, an end and a bound`() throws {
    func code(at minute: Int64, of document: CommandDocument = S.document()) throws -> CommandRefusal.Code? {
      let clock = CommandClock(wall: S.minute(minute), isSynchronised: true, sinceBoot: .zero)
      return S.judge().code(try S.payload(document), clock: clock)
    }
    #expect(try code(at: -1) == .notYetValid)
    #expect(try code(at: 0) == nil)
    #expect(try code(at: 4) == nil)
    #expect(try code(at: 5) == .expired)
    #expect(try code(at: 14, of: S.document(until: S.minute(15))) == nil)
    #expect(try code(at: 1, of: S.document(until: S.minute(16))) == .lifetime)
    #expect(try code(at: 1, of: S.document(until: S.minute(0))) == .lifetime)
  }

  @Test(
    arguments: [
      ("\"seq\":1", "\"seq\":0", .malformed), ("\"v\":\"1.0\"", "\"v\":\"2.0\"", .version),
      ("\"v\":\"1.0\"", "\"v\":\"1.7\"", nil), ("\"args\":{}", "\"args\":{\"shell\":\"id\"}", .malformed),
      ("\"args\":{},", "", .malformed), ("\"args\":{}", "\"args\":[]", .malformed),
      ("\"report\"", "\"reboot\"", .malformed), ("\"seq\":1", "\"seq\":1,\"only_if\":\"x\"", .malformed),
      ("\"id\":\"c-1\"", "\"id\":\"../c\"", .malformed), ("{\"args\"", "[{\"args\"", .malformed),
    ] as [(String, String, CommandRefusal.Code?)])
  func `signed does not mean understood`(old: String, new: String, code: CommandRefusal.Code?) throws {
    let text = String(decoding: try S.document().bytes(), as: UTF8.self)
    #expect(text.contains(old))
    let bytes = Array(text.replacing(old, with: new).utf8)
    #expect(S.judge().code(try S.signed(bytes).payload()) == code)
  }

  @Test func `what is too large is not looked at`() throws {
    let payload = try S.payload(S.document())
    #expect(S.judge().code(payload + [UInt8](repeating: 0x20, count: 8192)) == .oversized)
    let text = String(decoding: try S.document().bytes(), as: UTF8.self)
    let padded = Array((text + String(repeating: " ", count: 2048)).utf8)
    #expect(S.judge().code(try S.signed(padded).payload()) == .oversized)
    #expect(S.judge().code(Array(String(repeating: "[", count: 5000).utf8)) == .malformed)
    var many = try S.signed(try S.document().bytes())
    many.signatures = Array(repeating: many.signatures[0], count: 9)
    #expect(S.judge().code(try many.payload()) == .malformed)
  }

  @Test func `an operator's list of keys is read strictly`() throws {
    let key = S.operators[0]
    let text = #"[{"key_id":"\#(key.id)","public":"\#(PaddedBase64.text(key.publicKey))"}]"#
    #expect(try OperatorKey.list(Array(text.utf8)) == [key])
    let wrong = text.replacing(key.id.text, with: S.operators[1].id.text)
    #expect(throws: Rejection.self) { try OperatorKey.list(Array(wrong.utf8)) }
    #expect(throws: Rejection.self) { try OperatorKey.list(Array("{}".utf8)) }
    #expect(PaddedBase64.bytes("AB==") == nil && PaddedBase64.bytes("AA==") == [0])
  }
}
