/// How far the policies of a group have come: `version` of the policy, and `step` of the speed published since.
package struct PolicyMark: Hashable, Sendable, Codable, Comparable {
  /// Milliseconds since 1970 when it was made, or one more than the version before.
  package var version: Int64
  package var step: Int64

  package init(version: Int64, step: Int64 = 0) {
    self.version = version
    self.step = step
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.version, left.step) < (right.version, right.step)
  }
}

/// How the gateways of a group come back on line: what is signed, and sent as `_policy/<group>` and as a hint.
///
/// Its bytes are JSON `{v, group, version, step, window_s, critical_share, low_share, speed, epoch[, hint]}`. As in a
/// command, a member that is not known is no smaller matter: the policy is refused. So is one that is out of bounds;
/// whoever signs it can mean no such thing.
package struct PolicyDocument: Hashable, Sendable {
  /// The largest document; a hint of it has to fit a datagram of ``PolicyHint/requestBytes``.
  package static let maximumBytes = 320
  /// Seconds: no outage is so small that everybody may come at once, and nobody waits for more than half an hour.
  package static let windows: ClosedRange<Int64> = 10...1800
  package static let speeds: ClosedRange<Double> = 0.125...32

  package var group: TopicName
  package var mark: PolicyMark
  package var windowSeconds: Int64
  package var criticalShare: Double
  package var lowShare: Double
  /// How fast the clock of the window runs.
  package var speed: Double
  /// Changes from outage to outage.
  package var epoch: Int64
  /// Where gateways that wait hear of a newer speed.
  package var hint: PolicyHint.Place?

  package init(
    group: TopicName, mark: PolicyMark, windowSeconds: Int64, criticalShare: Double = 0.01,
    lowShare: Double = 0, speed: Double = 1, epoch: Int64 = 0, hint: PolicyHint.Place? = nil
  ) {
    self.group = group
    self.mark = mark
    self.windowSeconds = windowSeconds
    self.criticalShare = criticalShare
    self.lowShare = lowShare
    self.speed = speed
    self.epoch = epoch
    self.hint = hint
  }

  /// The bytes to sign.
  package func bytes() throws(Rejection) -> [UInt8] { try encodePayload(self) }

  /// Reads the bytes that were signed.
  package init(bytes: [UInt8]) throws(Rejection) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
    self = try decodePayload(Self.self, from: bytes)
  }
}

extension PolicyDocument: Codable {
  private static let names: Set<String> = [
    "v", "group", "version", "step", "window_s", "critical_share", "low_share", "speed", "epoch", "hint",
  ]

  package init(from decoder: any Decoder) throws {
    let object = try StrictObject(decoder, names: Self.names)
    // The version decides whether the rest may be read at all.
    let text = try object.required(String.self, "v")
    guard let version = ContractVersion(text), version.isReadable else {
      throw Rejection.version(found: Rejection.excerpt(text))
    }
    func check(_ isSound: Bool, _ name: String) throws {
      if !isSound { throw Rejection.field("\(name) \(PolicyRefusal.beyond)") }
    }
    group = try object.required(TopicName.self, "group")
    mark = PolicyMark(
      version: try object.required(Int64.self, "version"), step: try object.required(Int64.self, "step"))
    windowSeconds = try object.required(Int64.self, "window_s")
    criticalShare = try object.required(Double.self, "critical_share")
    lowShare = try object.required(Double.self, "low_share")
    speed = try object.required(Double.self, "speed")
    epoch = try object.required(Int64.self, "epoch")
    hint = try object.optional(PolicyHint.Place.self, "hint")
    try check((1...largestSequence).contains(mark.version), "version")
    try check((0...largestSequence).contains(mark.step), "step")
    try check(Self.windows.contains(windowSeconds), "window_s")
    try check((0...1).contains(criticalShare), "critical_share")
    try check((0...(1 - criticalShare)).contains(lowShare), "low_share")
    try check(Self.speeds.contains(speed), "speed")
    try check((0...largestSequence).contains(epoch), "epoch")
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    try container.encode(ContractVersion.current, forKey: "v")
    try container.encode(group, forKey: "group")
    try container.encode(mark.version, forKey: "version")
    try container.encode(mark.step, forKey: "step")
    try container.encode(windowSeconds, forKey: "window_s")
    try container.encode(criticalShare, forKey: "critical_share")
    try container.encode(lowShare, forKey: "low_share")
    try container.encode(speed, forKey: "speed")
    try container.encode(epoch, forKey: "epoch")
    try container.encodeIfPresent(hint, forKey: "hint")
  }
}
