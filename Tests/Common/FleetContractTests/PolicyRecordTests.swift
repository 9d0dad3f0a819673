import Cryptography
import FleetContract
import Posture
import Testing

/// A policy in a text record of DNS: the same bytes and the same judge as everywhere.
@Suite struct PolicyRecordTests {
  private static func signed(_ document: PolicyDocument, by key: SigningKey) throws -> SignedPolicy {
    let bytes = try document.bytes()
    return SignedPolicy(
      bytes: bytes,
      signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes)))
  }

  private static func document(group: String = "area-1") throws -> PolicyDocument {
    PolicyDocument(
      group: try #require(TopicName(group)), mark: PolicyMark(version: 1_790_000_000_000, step: 3),
      windowSeconds: 625, lowShare: 0.25, speed: 1.5, epoch: 2, hint: PolicyHint.Place("192.0.2.1:8444"))
  }

  @Test func `it comes back as it was, in pieces that DNS takes`() throws {
    let key = try SigningKey()
    let policy = try Self.signed(try Self.document(), by: key)
    let record = PolicyRecord(policy)
    #expect(PolicyRecord(text: Array(record.text.utf8))?.policy == policy)
    #expect(record.pieces.count == 2 && record.pieces.allSatisfy { $0.utf8.count <= 255 })
    #expect(record.pieces.joined() == record.text)
    let line = record.zoneLine(name: "area-1.pace.example", seconds: 60)
    #expect(line.hasPrefix("area-1.pace.example. 60 IN TXT \"v=kadomori1; k="))
    // What a server of old can say in 512 bytes: header, question, one record.
    #expect(12 + 25 + 12 + record.text.utf8.count + record.pieces.count <= 512)
    let operators = [try #require(OperatorKey(publicKey: key.publicKey, use: .pace))]
    let clock = CommandClock(
      wall: WallTime(milliseconds: 1_790_000_000_000), isSynchronised: true, sinceBoot: .zero)
    let accepted = try SignedPolicy.accept(
      try #require(PolicyRecord(text: Array(record.text.utf8))).policy.payload(),
      for: try #require(TopicName("area-1")), among: operators, known: nil, at: clock)
    #expect(accepted == (try Self.document()))
  }

  @Test func `the largest policy fits`() throws {
    let key = try SigningKey()
    let bytes = [UInt8](repeating: 0x20, count: PolicyDocument.maximumBytes)
    let policy = SignedPolicy(
      bytes: bytes,
      signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes)))
    let text = PolicyRecord(policy).text
    #expect(text.utf8.count <= PolicyRecord.maximumBytes)
    #expect(PolicyRecord(text: Array(text.utf8))?.policy == policy)
  }

  @Test func `others' texts, and ours when damaged, are no records`() throws {
    let policy = try Self.signed(try Self.document(), by: try SigningKey())
    let text = PolicyRecord(policy).text
    let whole = Array(text.utf8)
    for length in 0..<whole.count {
      // Base 64 without its end may be base 64 of less, which the signature is not over.
      guard let record = PolicyRecord(text: Array(whole.prefix(length))) else { continue }
      #expect(
        record.policy.bytes.count < policy.bytes.count && policy.bytes.starts(with: record.policy.bytes))
    }
    for other in [
      "v=spf1 -all", "v=kadomori2" + text.dropFirst(11), text + "; k=0011223344556677", text + "\n",
      text.replacing("; s=", with: "; s=A"), text.replacing("; k=", with: "; k=Z"), "v=kadomori1;",
    ] {
      #expect(PolicyRecord(text: Array(other.utf8)) == nil, "\(other)")
    }
  }
}
