package import Stagger

/// What a simulation is to assume.
package struct RestorationPlan: Hashable, Sendable {
  /// The most gateways: 10 million take about half a gigabyte.
  package static let most = 10_000_000

  package var gateways = 1_000_000
  /// New sessions a second that the collector is believed to take.
  package var capacity = 2000.0
  /// How many times too high that is: 2 means that it takes half.
  package var capacityError = 1.0
  /// What refusing costs, as a part of what a session costs: 0.05 before TLS, 0.8 with a CONNACK after it.
  package var rejectCost = 0.05
  package var scenario = RestorationScenario.atOnce
  package var criticalShare = 0.01
  package var lowShare = 0.0
  /// Seconds; `nil` to plan it from gateways and capacity.
  package var window: Double?
  /// Seconds until gateways act on a speed that was published: half of the pause between two looks.
  package var hintDelay = 15
  package var seed: UInt64 = 7

  package init() {}

  /// How long a window has to be, in seconds, for a fleet of so many: a fifth of the capacity stays free.
  package static func window(gateways: Int, capacity: Double) -> Double {
    Double(gateways) / (0.8 * capacity)
  }

  package var policy: ReconnectPolicy {
    ReconnectPolicy(
      windowSeconds: window ?? Self.window(gateways: gateways, capacity: capacity),
      criticalShare: criticalShare, lowShare: lowShare)
  }

  /// The window within its bounds, in seconds.
  package var windowSeconds: Double { policy.window / .seconds(1) }

  var realCapacity: Double { capacity / capacityError }

  /// The class of a gateway.
  func kind(of gateway: UInt32) -> GatewayClass {
    let share = SeededNumbers.unit(SeededNumbers.mix(seed ^ (UInt64(gateway) << 20) ^ 0x6b61_646f))
    return share < criticalShare ? .critical : share < criticalShare + lowShare ? .low : .normal
  }
}
