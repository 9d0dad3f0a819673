package import FleetContract
package import Posture

/// One gateway in a list of the fleet.
package struct GatewayOverview: Sendable, Encodable {
  package var gateway: GatewayID
  /// online, offline, lost, revoked or unknown; one that was put out cannot say that it is gone.
  package var state: String
  /// `nil` where no status has come yet.
  package var online: Bool?
  /// Since when it is on or off line, by its own clock.
  package var since: WallTime?
  package var cause: String?
  package var agent: String?
  /// How many records wait on the gateway.
  package var queued: Int?
  package var posture: StoredPosture?
  package var firstReceived: WallTime
  package var lastReceived: WallTime
  /// `nil` for a gateway that never enrolled here.
  package var enrolment: Enrolment?

  private enum CodingKeys: String, CodingKey {
    case gateway, online, since, cause, agent, queued, posture, enrolment
    case firstReceived = "first_received"
    case lastReceived = "last_received"
  }
}

/// The latest posture of a gateway.
package struct StoredPosture: Sendable, Encodable {
  package var grade: Grade
  package var devices: Int
  package var services: Int
  /// Open findings by severity; a severity without findings is absent.
  package var findings: [Severity: Int]
  package var closings: Int
  package var complete: Bool
  package var scanned: WallTime?
  /// When it was made by the gateway's own clock, which may have been in 1970.
  package var time: WallTime
  /// When that really was; `nil` while nobody can say.
  package var happened: WallTime?
  package var received: WallTime
}

/// One gateway with all that is stored of its present state.
package struct GatewayDetail: Sendable, Encodable {
  package var overview: GatewayOverview
  package var devices: [Device]
  /// The open ones, worst first.
  package var findings: [Finding]
  /// What of its numbered records is stored, or was told as dropped.
  package var stored: AckBody
  /// Numbers below the highest that have not come: they wait on the gateway, or are lost.
  package var gaps: [SequenceRange]
  package var dropped: DroppedRecords

  package func encode(to encoder: any Encoder) throws {
    try overview.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(devices, forKey: .devices)
    try container.encode(findings, forKey: .findings)
    try container.encode(stored, forKey: .stored)
    try container.encode(gaps, forKey: .gaps)
    try container.encode(dropped, forKey: .dropped)
  }

  private enum CodingKeys: CodingKey {
    case devices, findings, stored, gaps, dropped
  }
}

/// What a gateway dropped on purpose, and will never send.
package struct DroppedRecords: Hashable, Sendable, Encodable {
  package var ranges: [SequenceRange]
  /// By the words of `DroppedEvent.Cause`.
  package var counts: [String: Int64]

  /// How many of them had something to tell that no later record tells.
  package var lost: Int64 {
    counts.reduce(0) { $0 + ($1.key == DroppedEvent.Cause.superseded.rawValue ? 0 : $1.value) }
  }
}

/// One numbered record that is no state, with all that is known of when it was made.
package struct StoredEvent: Sendable, Encodable {
  package var seq: Int64
  package var kind: String
  /// By the gateway's own clock, which may have been in 1970.
  package var time: WallTime
  /// By that clock where it was right, else by when its boot began; `nil` while nobody can say.
  package var happened: WallTime?
  package var received: WallTime
  package var bootID: String
  package var uptimeMilliseconds: Int64
  /// The whole message as it came.
  package var message: String

  private enum CodingKeys: String, CodingKey {
    case seq, kind, time, happened, received, message
    case bootID = "boot_id"
    case uptimeMilliseconds = "uptime_ms"
  }
}

/// The messages that could not be read.
package struct SetAsideOverview: Sendable, Encodable {
  /// All that ever came, by reason, also those no longer kept.
  package var counts: [String: Int]
  /// The newest first.
  package var messages: [Message]

  package struct Message: Sendable, Encodable {
    package var received: WallTime
    package var reason: String
    package var detail: String
    package var topic: String
    package var size: Int
    /// The first bytes of the payload as text; what is no UTF-8 is replaced.
    package var payload: String
  }
}
