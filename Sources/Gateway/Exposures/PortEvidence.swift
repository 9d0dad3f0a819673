package import Addresses
package import Posture

/// What is known of one port when its verdict is found: evidence of several kinds, each of which may be missing.
package struct PortEvidence: Hashable, Sendable {
  /// What was learned of use.
  package enum Use: Hashable, Sendable {
    /// Nobody watches.
    case unknown
    /// The last time, in seconds before now.
    case seen(secondsAgo: Int)
    /// Nobody, for as many seconds as were watched.
    case unseen(seconds: Int)
  }

  package var side: ClosingTarget.Side
  package var port: Port
  package var means: Set<ExposedPort.Means>
  package var reachable: Truth
  package var isOwnerKnown: Bool
  package var isContainer: Bool
  package var isOurs: Bool
  package var isTemporary: Bool
  package var need: Need
  package var use: Use
  package var hasAdminSession: Bool
  /// Whether a plant is behind it, where some things happen once a month.
  package var isIndustrial: Bool

  package init(
    _ side: ClosingTarget.Side, _ port: Port, means: Set<ExposedPort.Means> = [.listener],
    reachable: Truth = .yes,
    isOwnerKnown: Bool = true, isContainer: Bool = false, isOurs: Bool = false, isTemporary: Bool = false,
    need: Need = .unknown, use: Use = .unknown, hasAdminSession: Bool = false, isIndustrial: Bool = false
  ) {
    self.side = side
    self.port = port
    self.means = means
    self.reachable = reachable
    self.isOwnerKnown = isOwnerKnown
    self.isContainer = isContainer
    self.isOurs = isOurs
    self.isTemporary = isTemporary
    self.need = need
    self.use = use
    self.hasAdminSession = hasAdminSession
    self.isIndustrial = isIndustrial
  }

  /// For how long nobody used it, in seconds; `nil` where nobody watched.
  var idleSeconds: Int? {
    switch use {
    case .unknown: nil
    case .seen(let ago): ago
    case .unseen(let seconds): seconds
    }
  }
}
