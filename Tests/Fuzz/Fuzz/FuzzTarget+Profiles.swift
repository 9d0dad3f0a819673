import FleetContract
import Posture

extension FuzzTarget {
  /// The payload of a bundle of profiles, and the bytes that would be signed.
  static func profiles(_ bytes: [UInt8]) {
    guard let group = TopicName("area-1"), let key = OperatorKey(publicKey: [UInt8](repeating: 7, count: 32))
    else { return }
    let clock = CommandClock(
      wall: WallTime(milliseconds: 1_790_000_000_000), isSynchronised: true, sinceBoot: .zero)
    let accepted = try? SignedProfiles.accept(bytes, for: group, among: [key], known: nil, at: clock)
    precondition(accepted == nil, "nobody has signed that")
    guard let bundle = try? ProfileBundle(bytes: bytes) else { return }
    precondition(bundle.restores ?? 0 < bundle.version, "a step back is no step back")
    precondition(
      bundle.profiles.allSatisfy { !$0.id.contains("/") && !$0.id.contains(".") }, "an id is a path")
    precondition(bundle.profiles.isEmpty == (bundle.restores == 0), "a bundle holds nothing")
    if let again = try? bundle.bytes() {
      precondition((try? ProfileBundle(bytes: again)) == bundle, "a bundle changes when written")
    }
  }
}
