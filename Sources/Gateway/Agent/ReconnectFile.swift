import FleetContract
import FoundationEssentials
import LinuxIO
import Stagger

/// The policy by which the fleet comes back on line, as it is on disk: who writes it decides, within bounds.
///
/// Policies that the provider signed are kept here; `class` is this gateway's own, and stays as somebody wrote it.
struct ReconnectFile: Hashable, Sendable, Codable {
  var window: Double?
  var criticalShare: Double?
  var lowShare: Double?
  var speed: Double?
  var epoch: UInt64?
  /// `critical`, `normal` or `low`; anything else is normal.
  var className: String?
  /// How far the provider's policies had come; absent where none was accepted.
  var version: Int64?
  var step: Int64?
  /// Where to hear of a newer speed.
  var hint: String?

  private enum CodingKeys: String, CodingKey {
    case speed, epoch, version, step, hint
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

  func write(_ paths: Paths) throws(AgentError) {
    let bytes = try JSON.encode(self)
    do throws(SystemError) { try Files.replace(paths.reconnectPolicy, with: bytes, mode: 0o600) } catch {
      throw AgentError(.state, "\(error); the policy of reconnecting is not kept: free space there")
    }
  }

  var policy: ReconnectPolicy {
    let usual = ReconnectPolicy()
    return ReconnectPolicy(
      windowSeconds: window ?? usual.window / .seconds(1),
      criticalShare: criticalShare ?? usual.criticalShare, lowShare: lowShare ?? usual.lowShare,
      speed: speed ?? usual.speed, epoch: epoch ?? usual.epoch)
  }

  var kind: GatewayClass { className.flatMap { GatewayClass(rawValue: $0) } ?? .normal }

  var mark: PolicyMark? { version.map { PolicyMark(version: $0, step: step ?? 0) } }

  var place: PolicyHint.Place? { hint.flatMap { PolicyHint.Place($0) } }

  /// Takes up a policy that was accepted.
  ///
  /// The speed of a later step belongs to the return that is under way: the next one begins without.
  mutating func take(_ document: PolicyDocument) {
    version = document.mark.version
    step = document.mark.step
    hint = document.hint?.description
    window = Double(document.windowSeconds)
    criticalShare = document.criticalShare
    lowShare = document.lowShare
    speed = document.mark.step == 0 ? document.speed : 1
    epoch = UInt64(document.epoch)
  }
}
