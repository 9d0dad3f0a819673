package import Posture

/// One stretch of a finding's life, from detected to closed.
package struct Episode: Hashable, Sendable, Encodable {
  package var detected: WallTime
  package var notified: WallTime?
  package var acknowledged: WallTime?
  package var acted: WallTime?
  /// When the gateway no longer found it.
  package var closedInside: WallTime?
  /// When it was closed from every side that had seen it open; `nil` while it is not.
  package var closed: WallTime?
  /// Whether somebody outside looked after it was detected, and found it closed.
  package var isVerifiedOutside = false

  package init(detected: WallTime) {
    self.detected = detected
  }

  private enum CodingKeys: String, CodingKey {
    case detected, notified, acknowledged, acted, closed
    case closedInside = "closed_inside"
    case isVerifiedOutside = "verified_outside"
  }
}
