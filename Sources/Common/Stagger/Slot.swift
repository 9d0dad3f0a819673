/// How much it matters when a gateway is back.
package enum GatewayClass: String, Hashable, Sendable, CaseIterable {
  /// Alarms, medical devices, the network's own plant: the first 30 s.
  case critical
  case normal
  /// Reports only: the last half of the window.
  case low
}

/// The place of a gateway in the window: the same for as long as the policy's epoch, and of no pattern.
///
/// Places are drawn with a keyed hash rather than dealt out by the collector: the collector need not be there, and
/// may, who knows the key, work out who is due when.
package struct Slot: Hashable, Sendable {
  /// From 0 up to 1, evenly spread over gateways.
  package let position: Double

  /// `secret` is 16 bytes that the gateway keeps, `gateway` its name.
  package init(secret: KeyedHash, gateway: [UInt8], epoch: UInt64) {
    let text = (0..<8).reduce(into: gateway) { $0.append(UInt8(truncatingIfNeeded: epoch >> (8 * $1))) }
    self.init(bits: secret.hash(text))
  }

  /// The place that a hash stands for.
  package init(bits: UInt64) { position = Double(bits >> 11) * 0x1p-53 }

  /// When, in the time of the window's clock, the gateway is due.
  ///
  /// Together the classes fill the window evenly, N/W gateways a second: the normal ones have their slots where the
  /// critical and the low ones leave room. With a window of 600 s, 1 % critical and 20 % low gateways:
  ///
  /// | class | first 30 s | 30 s to 300 s | 300 s to 600 s |
  /// |---|---:|---:|---:|
  /// | critical, 1 % | all | | |
  /// | normal, 79 % | 4 of 79 | 45 of 79 | 30 of 79 |
  /// | low, 20 % | | | all |
  package func offset(of kind: GatewayClass, in policy: ReconnectPolicy) -> Duration {
    SlotPlan(policy).offset(of: kind, at: position)
  }
}

/// The slots of a policy, prepared once for who asks for many.
package struct SlotPlan: Hashable, Sendable {
  private let early: Double
  private let half: Double
  private let window: Double
  /// What part of the normal gateways has its slot among the critical ones, and before the low ones.
  private let normalEarly: Double
  private let normalFirst: Double

  package init(_ policy: ReconnectPolicy) {
    window = policy.window / .seconds(1)
    half = window / 2
    early = min(ReconnectPolicy.criticalWindow / .seconds(1), half)
    guard window > 0 else {
      normalEarly = 0
      normalFirst = 0
      return
    }
    let first = max(0, early / window - policy.criticalShare)
    let middle = (half - early) / window
    let last = max(0, 0.5 - policy.lowShare)
    let all = first + middle + last
    normalEarly = all > 0 ? first / all : early / window
    normalFirst = all > 0 ? (first + middle) / all : 0.5
  }

  package func offset(of kind: GatewayClass, at position: Double) -> Duration {
    .seconds(seconds(of: kind, at: position))
  }

  /// The same in seconds.
  package func seconds(of kind: GatewayClass, at position: Double) -> Double {
    switch kind {
    case .critical: position * early
    case .low: half + position * half
    case .normal where position < normalEarly: position / normalEarly * early
    case .normal where position < normalFirst:
      early + (position - normalEarly) / (normalFirst - normalEarly) * (half - early)
    case .normal where normalFirst < 1:
      half + (position - normalFirst) / (1 - normalFirst) * half
    case .normal: half
    }
  }
}
