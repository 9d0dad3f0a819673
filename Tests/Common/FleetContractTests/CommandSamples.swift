import Cryptography
import FleetContract
import Posture

/// Two operators, one stranger, and commands of theirs.
enum CommandSamples {
  static let anna = known(try? SigningKey(seed: [UInt8](repeating: 1, count: 32)))
  static let ben = known(try? SigningKey(seed: [UInt8](repeating: 2, count: 32)))
  static let stranger = known(try? SigningKey(seed: [UInt8](repeating: 3, count: 32)))
  static let other = known(GatewayID("gw-aaaaaaaaaaaaaaaa"))
  static let operators = [anna, ben].map { known(OperatorKey(publicKey: $0.publicKey)) }

  /// Within every sample's life.
  static let clock = CommandClock(wall: minute(1), isSynchronised: true, sinceBoot: .seconds(500))

  static func minute(_ minutes: Int64) -> WallTime {
    WallTime(milliseconds: Samples.time.milliseconds + minutes * 60_000)
  }

  static func judge(
    gateway: GatewayID = Samples.gateway, keys: [OperatorKey] = operators,
    policy: CommandPolicy = CommandPolicy()
  ) -> CommandJudge {
    CommandJudge(gateway: gateway, keys: keys, policy: policy)
  }

  static func document(
    _ command: Command = .report, id: String = "c-1", seq: Int64 = 1, gateway: GatewayID = Samples.gateway,
    from: WallTime = minute(0), until: WallTime = minute(5), nonce: CommandNonce? = nil
  ) -> CommandDocument {
    CommandDocument(
      id: known(TopicName(id)), command: command, gateway: gateway, notBefore: from, expires: until, seq: seq,
      nonce: nonce)
  }

  static func signed(_ bytes: [UInt8], by keys: [SigningKey] = [anna]) throws -> SignedCommand {
    SignedCommand(
      bytes: bytes,
      signatures: try keys.map {
        SignedCommand.Signature(key: KeyID(of: $0.publicKey), bytes: try $0.sign(bytes))
      })
  }

  static func payload(_ document: CommandDocument, by keys: [SigningKey] = [anna]) throws -> [UInt8] {
    try signed(try document.bytes(), by: keys).payload()
  }

  /// One of every verb, with every argument.
  static let commands: [Command] = [
    .scan(interface: nil), .scan(interface: "lan0"), .plan,
    .close(Command.ClosingOrder(place: .forward, service: "tcp/23")),
    .confirm(closing: known(TopicName("k-1"))),
    .undo(closing: known(TopicName("k-1"))), .release, .report, .setPolicy(scanEvery: .seconds(3600)),
  ]
}

extension CommandJudge {
  /// The code of the refusal, or `nil` where the command is accepted.
  func code(
    _ payload: [UInt8], _ verb: CommandVerb = .report, id: String = "c-1",
    memory: CommandMemory = CommandMemory(),
    nonces: NonceBook = NonceBook(), clock: CommandClock = CommandSamples.clock
  ) -> CommandRefusal.Code? {
    do throws(CommandRefusal) {
      _ = try judge(payload, on: verb, known(TopicName(id)), memory: memory, nonces: nonces, clock: clock)
      return nil
    } catch {
      return error.code
    }
  }
}
