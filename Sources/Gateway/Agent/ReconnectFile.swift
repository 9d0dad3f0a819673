import FoundationEssentials
import LinuxIO
import Stagger

/// The policy by which the fleet comes back on line, as it is on disk: who writes it decides, within bounds.
struct ReconnectFile: Hashable, Sendable, Codable {
  var window: Double?
  var criticalShare: Double?
  var lowShare: Double?
  var speed: Double?
  var epoch: UInt64?
  /// `critical`, `normal` or `low`; anything else is normal.
  var className: String?

  private enum CodingKeys: String, CodingKey {
    case speed, epoch
    case window = "window_s"
    case criticalShare = "critical_share"
    case lowShare = "low_share"
    case className = "class"
  }

  /// Reads it; a file that is missing or damaged decides nothing.
  static func read(_ paths: Paths) -> ReconnectFile {
    (try? Files.read(paths.reconnectPolicy, limit: 4096)).flatMap { JSON.decode(Self.self, $0) }
      ?? ReconnectFile()
  }

  var policy: ReconnectPolicy {
    let usual = ReconnectPolicy()
    return ReconnectPolicy(
      windowSeconds: window ?? usual.window / .seconds(1),
      criticalShare: criticalShare ?? usual.criticalShare, lowShare: lowShare ?? usual.lowShare,
      speed: speed ?? usual.speed, epoch: epoch ?? usual.epoch)
  }

  var kind: GatewayClass { className.flatMap { GatewayClass(rawValue: $0) } ?? .normal }
}
