package import Posture

/// The birth of a session, or its end: `…/status`, and the Will.
package struct StatusBody: MessageBody, Hashable {
  package static var kind: String? { "status" }

  package var online: Bool
  /// The session's number, one higher at every connection; a Will of an older birth means nothing.
  package var birth: Int64
  package var cause: StatusCause
  /// The version of the agent.
  package var agent: String
  /// When `online` became what it is, by the gateway's clock.
  package var since: WallTime?
  /// How many records wait on the gateway.
  package var queued: Int?

  package init(
    online: Bool, birth: Int64, cause: StatusCause, agent: String, since: WallTime? = nil, queued: Int? = nil
  ) {
    self.online = online
    self.birth = birth
    self.cause = cause
    self.agent = agent
    self.since = since
    self.queued = queued
  }
}

/// Why a gateway came on line, or left.
///
/// A word this side does not know is read as `unknown`, so that adding one breaks nobody.
package enum StatusCause: String, Hashable, Sendable, Codable, CaseIterable {
  /// The gateway had lost its power.
  case power
  /// The gateway or the agent had crashed.
  case crash
  case upgrade
  /// Only the connection was lost.
  case network
  /// An orderly start of the agent.
  case start
  /// An orderly stop.
  case stop
  /// The broker lost the session and published its Will.
  case lost
  case unknown

  package init(from decoder: any Decoder) throws {
    self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .unknown
  }
}

extension PostureSummary: MessageBody {
  package static var kind: String? { "posture" }
}
