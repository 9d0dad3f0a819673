package import FleetContract
package import Posture

/// A signed command that is to be published.
package struct QueuedCommand: Hashable, Sendable {
  package var gateway: GatewayID
  package var id: TopicName
  package var verb: CommandVerb
  package var seq: Int64
  package var payload: [UInt8]
  package var expires: WallTime

  /// Takes a document and the payload with its signatures.
  package init(_ document: CommandDocument, payload: [UInt8]) {
    self.init(
      gateway: document.gateway, id: document.id, verb: document.command.verb, seq: document.seq,
      payload: payload, expires: document.expires)
  }

  init(
    gateway: GatewayID, id: TopicName, verb: CommandVerb, seq: Int64, payload: [UInt8], expires: WallTime
  ) {
    self.gateway = gateway
    self.id = id
    self.verb = verb
    self.seq = seq
    self.payload = payload
    self.expires = expires
  }

  package var topic: Topic { .gateway(gateway, .command(verb, id: id)) }
}

/// A command and how far it is, as far as its gateway has told.
package struct StoredCommand: Hashable, Sendable, Codable {
  package var gateway: GatewayID
  package var id: TopicName
  package var verb: CommandVerb
  package var seq: Int64
  package var created: WallTime
  package var expires: WallTime
  /// When the broker took it for somebody who listens.
  package var published: WallTime?
  /// Absent until the gateway has answered.
  package var state: CommandState?
  package var reason: String?
  package var detail: String?
  package var nonce: CommandNonce?
  package var changed: WallTime?

  /// Whether the gateway asks for the same command with its nonce.
  package var wantsNonce: Bool {
    state == .refused && reason == CommandRefusal.Code.nonceRequired.rawValue && nonce != nil
  }
}
