package import Posture

/// What an operator signs: one verb for one gateway, once, for a short time.
///
/// Its bytes are JSON `{v, id, verb, args, gateway, not_before, expires, seq[, nonce]}`, and it is these bytes that are
/// signed and sent. Unlike in a message, a member that is not known is no smaller matter: the command is refused.
package struct CommandDocument: Hashable, Sendable {
  /// A gateway refuses a longer life (contract, "Commands").
  package static let longestLife = Duration.seconds(15 * 60)
  /// The largest document; the verbs' arguments are short.
  package static let maximumBytes = 2048

  package var id: TopicName
  package var command: Command
  package var gateway: GatewayID
  package var notBefore: WallTime
  package var expires: WallTime
  /// Higher than of every command before that any of its signers has signed.
  package var seq: Int64
  /// What a gateway whose clock is not set asked for.
  package var nonce: CommandNonce?

  package init(
    id: TopicName, command: Command, gateway: GatewayID, notBefore: WallTime, expires: WallTime, seq: Int64,
    nonce: CommandNonce? = nil
  ) {
    self.id = id
    self.command = command
    self.gateway = gateway
    self.notBefore = notBefore
    self.expires = expires
    self.seq = seq
    self.nonce = nonce
  }

  /// The topic it is published on.
  package var topic: Topic { .gateway(gateway, .command(command.verb, id: id)) }

  /// The bytes to sign.
  package func bytes() throws(Rejection) -> [UInt8] { try encodePayload(self) }

  /// Reads the bytes that were signed.
  package init(bytes: [UInt8]) throws(Rejection) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
    self = try decodePayload(Self.self, from: bytes)
  }
}

extension CommandDocument: Codable {
  private static let names: Set<String> = [
    "v", "id", "verb", "args", "gateway", "not_before", "expires", "seq", "nonce",
  ]

  package init(from decoder: any Decoder) throws {
    let object = try StrictObject(decoder, names: Self.names)
    // The version decides whether the rest may be read at all.
    let text = try object.required(String.self, "v")
    guard let version = ContractVersion(text), version.isReadable else {
      throw Rejection.version(found: Rejection.excerpt(text))
    }
    id = try object.required(TopicName.self, "id")
    guard object.contains("args") else { throw Rejection.field("args is missing") }
    command = try Command(try object.required(CommandVerb.self, "verb"), from: try object.decoder(of: "args"))
    gateway = try object.required(GatewayID.self, "gateway")
    notBefore = try object.required(WallTime.self, "not_before")
    expires = try object.required(WallTime.self, "expires")
    seq = try object.required(Int64.self, "seq")
    nonce = try object.optional(CommandNonce.self, "nonce")
    guard (1...largestSequence).contains(seq) else { throw Rejection.field("seq is out of range") }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    try container.encode(ContractVersion.current, forKey: "v")
    try container.encode(id, forKey: "id")
    try container.encode(command.verb, forKey: "verb")
    try container.encode(command, forKey: "args")
    try container.encode(gateway, forKey: "gateway")
    try container.encode(notBefore, forKey: "not_before")
    try container.encode(expires, forKey: "expires")
    try container.encode(seq, forKey: "seq")
    try container.encodeIfPresent(nonce, forKey: "nonce")
  }
}
