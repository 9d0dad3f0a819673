package import Posture

/// What can be the body of a message.
package protocol MessageBody: Codable, Sendable {
  /// The envelope's `kind`; `nil` accepts every kind.
  static var kind: String? { get }
}

/// One message of a gateway, or to it, with what says when and in which order it was made.
package struct Envelope<Body: MessageBody>: Sendable {
  package var version: ContractVersion
  package var gateway: GatewayID
  /// The record's number, given when it was persisted; valid iff 1 to 2^53 − 1.
  ///
  /// The Will and what a collector writes have none.
  package var seq: Int64?
  /// The kernel's id of the boot the record was made in (`/proc/sys/kernel/random/boot_id`).
  package var bootID: String
  /// Milliseconds since that boot, from the clock that also counts sleep.
  package var uptimeMilliseconds: Int64
  package var time: WallTime
  /// Whether `time` can be believed.
  package var clockSynced: Bool
  package var kind: String
  package var body: Body

  package init(
    gateway: GatewayID, seq: Int64?, bootID: String, uptimeMilliseconds: Int64, time: WallTime,
    clockSynced: Bool, body: Body, kind: String = Body.kind ?? "unknown"
  ) {
    self.version = .current
    self.gateway = gateway
    self.seq = seq
    self.bootID = bootID
    self.uptimeMilliseconds = uptimeMilliseconds
    self.time = time
    self.clockSynced = clockSynced
    self.kind = kind
    self.body = body
  }

  /// The value of MQTT's Content Type property.
  package var contentType: String { "application/vnd.kadomori.\(kind)+json;v=\(version.major)" }
}

extension Envelope: Equatable where Body: Equatable {}
extension Envelope: Hashable where Body: Hashable {}

/// The largest number JSON readers agree on (RFC 8259, section 6), and so the largest `seq`.
package let largestSequence: Int64 = 1 << 53 - 1

extension Envelope: Codable {
  private enum CodingKeys: String, CodingKey {
    case v, gateway, seq, time, kind, body
    case bootID = "boot_id"
    case uptimeMilliseconds = "uptime_ms"
    case clockSynced = "clock_synced"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // The version decides whether the rest may be read at all.
    let text = try container.decode(String.self, forKey: .v)
    guard let version = ContractVersion(text), version.isReadable else {
      throw Rejection.version(found: Rejection.excerpt(text))
    }
    let kind = try container.decode(String.self, forKey: .kind)
    if let expected = Body.kind, kind != expected {
      throw Rejection.kind(expected: expected, found: Rejection.excerpt(kind))
    }
    guard TopicName(kind) != nil else { throw Rejection.field("kind is not a name") }
    self.version = version
    self.kind = kind
    self.gateway = try container.decode(GatewayID.self, forKey: .gateway)
    self.seq = try container.decodeIfPresent(Int64.self, forKey: .seq)
    self.bootID = try container.decode(String.self, forKey: .bootID)
    self.uptimeMilliseconds = try container.decode(Int64.self, forKey: .uptimeMilliseconds)
    self.time = try container.decode(WallTime.self, forKey: .time)
    self.clockSynced = try container.decode(Bool.self, forKey: .clockSynced)
    if let seq, !(1...largestSequence).contains(seq) { throw Rejection.field("seq is out of range") }
    guard (0...largestSequence).contains(uptimeMilliseconds) else {
      throw Rejection.field("uptime_ms is out of range")
    }
    guard (1...64).contains(bootID.utf8.count), bootID.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Rejection.field("boot_id is not 1 to 64 printable characters")
    }
    self.body = try container.decode(Body.self, forKey: .body)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .v)
    try container.encode(gateway, forKey: .gateway)
    try container.encodeIfPresent(seq, forKey: .seq)
    try container.encode(bootID, forKey: .bootID)
    try container.encode(uptimeMilliseconds, forKey: .uptimeMilliseconds)
    try container.encode(time, forKey: .time)
    try container.encode(clockSynced, forKey: .clockSynced)
    try container.encode(kind, forKey: .kind)
    try container.encode(body, forKey: .body)
  }
}
