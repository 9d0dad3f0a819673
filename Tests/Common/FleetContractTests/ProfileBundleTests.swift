import Cryptography
@testable import FleetContract
import Foundation
import Posture
import Testing

/// Who decides which profiles count, and what nobody can decide.
@Suite struct ProfileBundleTests {
  private typealias S = CommandSamples

  private static let group = known(TopicName("area-1"))
  private static let author = known(try? SigningKey(seed: [UInt8](repeating: 8, count: 32)))
  private static let pace = known(try? SigningKey(seed: [UInt8](repeating: 9, count: 32)))
  private static let keys =
    S.operators + [
      known(OperatorKey(publicKey: author.publicKey, use: .profiles)),
      known(OperatorKey(publicKey: pace.publicKey, use: .pace)),
    ]
  private static let today = ProfileBundle.first(on: S.clock.wall)

  private static func bundle(
    _ version: Int64 = today, restores: Int64? = nil, group: TopicName = group, text: String = "id: radio\n"
  ) -> ProfileBundle {
    ProfileBundle(
      group: group, version: version, restores: restores,
      profiles: restores == 0 ? [] : [ProfileBundle.Entry(id: "radio", yaml: text)])
  }

  private static func signed(_ bytes: [UInt8], by key: SigningKey = author) throws -> [UInt8] {
    try SignedProfiles(
      bytes: bytes,
      signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
    ).payload()
  }

  private static func judge(
    _ payload: [UInt8], known: Int64? = nil, clock: CommandClock = S.clock
  ) throws(PolicyRefusal) -> ProfileBundle? {
    try SignedProfiles.accept(payload, for: group, among: keys, known: known, at: clock)
  }

  private static func code(
    _ payload: [UInt8], known: Int64? = nil, clock: CommandClock = S.clock
  ) -> PolicyRefusal.Code? {
    do throws(PolicyRefusal) {
      _ = try judge(payload, known: known, clock: clock)
      return nil
    } catch { return error.code }
  }

  @Test func `a key for profiles, or for commands, is enough; no other is`() throws {
    let bytes = try Self.bundle().bytes()
    #expect(try Self.judge(try Self.signed(bytes)) == Self.bundle())
    #expect(try Self.judge(try Self.signed(bytes, by: S.anna)) == Self.bundle())
    #expect(Self.code(try Self.signed(bytes, by: S.stranger)) == .unknownKey)
    // The key that stands on the collector.
    #expect(Self.code(try Self.signed(bytes, by: Self.pace)) == .unknownKey)
    var lie = try SignedProfiles(payload: try Self.signed(bytes, by: S.stranger))
    lie.signature.key = KeyID(of: Self.author.publicKey)
    #expect(Self.code(try lie.payload()) == .badSignature)
  }

  @Test func `a key for profiles neither commands nor paces`() throws {
    #expect(
      S.judge(keys: Self.keys).code(try S.payload(S.document(), by: [Self.author])) == .unknownKey)
    let policy = try PolicyDocument(
      group: Self.group, mark: PolicyMark(version: S.clock.wall.milliseconds), windowSeconds: 600
    ).bytes()
    let payload = try SignedPolicy(
      bytes: policy,
      signature: SignedCommand.Signature(
        key: KeyID(of: Self.author.publicKey), bytes: try Self.author.sign(policy))
    ).payload()
    #expect(throws: PolicyRefusal.self) {
      try SignedPolicy.accept(payload, for: Self.group, among: Self.keys, known: nil, at: S.clock)
    }
  }

  @Test func `the version never goes back, but a signed step back is a higher version`() throws {
    let known = Self.today + 5
    #expect(try Self.judge(try Self.signed(try Self.bundle(known).bytes()), known: known) == nil)
    #expect(Self.code(try Self.signed(try Self.bundle(known - 1).bytes()), known: known) == .replayed)
    let back = try Self.bundle(known + 1, restores: Self.today).bytes()
    #expect(try Self.judge(try Self.signed(back), known: known)?.restores == Self.today)
    let packaged = try Self.bundle(known + 2, restores: 0).bytes()
    #expect(try Self.judge(try Self.signed(packaged), known: known)?.profiles == [])
    // A step back that is replayed later undoes nothing.
    #expect(Self.code(try Self.signed(back), known: known + 3) == .replayed)
    #expect(throws: Rejection.self) { try Self.bundle(known, restores: known).bytes() }
    #expect(
      Self.code(try Self.signed(try Self.bundle(group: TopicName("b")!).bytes())) == .otherGroup)
  }

  @Test func `a version of next week would shut out all others, and is refused`() throws {
    let far = WallTime(milliseconds: S.clock.wall.milliseconds + 7 * 86_400_000)
    let payload = try Self.signed(try Self.bundle(ProfileBundle.first(on: far)).bytes())
    #expect(Self.code(payload) == .outOfRange)
    var unset = S.clock
    unset.isSynchronised = false
    unset.wall = WallTime(milliseconds: 0)
    #expect(Self.code(payload, clock: unset) == nil)
    #expect(ProfileBundle.first(on: WallTime("2026-11-27T23:59:59Z")!) == 2_026_112_701)
  }

  @Test func `what is not understood, or too much, is refused`() throws {
    let text = String(decoding: try Self.bundle().bytes(), as: UTF8.self)
    let cases: [(String, PolicyRefusal.Code)] = [
      ("{}", .malformed), (text.replacing("\"1.0\"", with: "\"2.0\""), .version),
      (text.replacing("\"group\"", with: "\"hold\":1,\"group\""), .malformed),
      (text.replacing("\"radio\"", with: "\"../radio\""), .malformed),
      (text.replacing("\"radio\"", with: "\"\""), .malformed),
      (text.replacing("\"profiles\":[", with: "\"restores\":0,\"profiles\":["), .malformed),
      (text.replacing("\"version\":\(Self.today)", with: "\"version\":0"), .outOfRange),
      (String(text.dropLast(3)), .malformed),
      (text + String(repeating: " ", count: ProfileBundle.maximumBytes), .oversized),
    ]
    for (bytes, code) in cases {
      #expect(Self.code(try Self.signed(Array(bytes.utf8))) == code, "\(bytes.prefix(200))")
    }
    let long = String(repeating: "a", count: ProfileBundle.maximumText + 1)
    #expect(throws: Rejection.self) { try Self.bundle(text: long).bytes() }
    let twice = ProfileBundle(
      group: Self.group, version: 1,
      profiles: [.init(id: "a", yaml: ""), .init(id: "a", yaml: "")])
    #expect(throws: Rejection.self) { try twice.bytes() }
    #expect(Self.code([]) == .malformed)
  }

  @Test func `the largest bundle fits a payload`() throws {
    var bundle = Self.bundle()
    bundle.profiles = (0..<12).map {
      ProfileBundle.Entry(id: "p\($0)", yaml: String(repeating: "k", count: ProfileBundle.maximumText - 100))
    }
    let bytes = try bundle.bytes()
    #expect(bytes.count > ProfileBundle.maximumBytes - 2048)
    #expect(try Self.signed(bytes).count <= PayloadBounds.maximumBytes)
  }

  /// Single bits, cuts and splices of what was signed: nothing else than the original is ever taken.
  @Test func `five thousand forgeries, and none counts`() throws {
    let payload = try Self.signed(try Self.bundle().bytes())
    let other = try Self.signed(try Self.bundle(Self.today + 1, text: "id: radio\nrole: device\n").bytes())
    for _ in 0..<5000 {
      var forged = payload
      switch Int.random(in: 0..<3) {
      case 0:
        let bit = Int.random(in: 0..<forged.count * 8)
        forged[bit / 8] ^= 1 << UInt8(bit % 8)
      case 1: forged.removeLast(Int.random(in: 1...forged.count))
      default:
        let cut = Int.random(in: 1..<min(payload.count, other.count) - 1)
        forged = Array(payload[..<cut] + other[cut...])
      }
      guard let found = try? Self.judge(forged) else { continue }
      #expect(found.version == Self.today || found.version == Self.today + 1)
      #expect(forged == payload || forged == other || found == Self.bundle(), "\(forged.count)")
    }
  }
}
