import FleetContract
import Posture

extension FuzzTarget {
  /// The payload of a policy, the bytes that would be signed, and a question for a hint.
  static func policy(_ bytes: [UInt8]) {
    guard let group = TopicName("area-1"), let key = OperatorKey(publicKey: [UInt8](repeating: 7, count: 32))
    else { return }
    let clock = CommandClock(
      wall: WallTime(milliseconds: 1_790_000_000_000), isSynchronised: true, sinceBoot: .zero)
    let accepted = try? SignedPolicy.accept(bytes, for: group, among: [key], known: nil, at: clock)
    precondition(accepted == nil, "nobody has signed that")
    if let document = try? PolicyDocument(bytes: bytes) {
      precondition(PolicyDocument.windows.contains(document.windowSeconds), "a window is out of bounds")
      precondition(PolicyDocument.speeds.contains(document.speed), "a speed is out of bounds")
      if let again = try? document.bytes(), again.count <= PolicyDocument.maximumBytes {
        precondition((try? PolicyDocument(bytes: again)) == document, "a policy changes when written")
      }
    }
    if let group = PolicyHint.group(of: bytes) {
      precondition(PolicyHint.request(for: group) == bytes, "a question changes when written")
    }
  }
}
