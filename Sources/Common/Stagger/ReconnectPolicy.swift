/// How a fleet comes back on line: what the operator decides, and every gateway keeps on its disk.
///
/// Whatever is asked for, the values here are within bounds: a policy that is wrong costs at most half an hour.
package struct ReconnectPolicy: Hashable, Sendable {
  /// 0 to 30 minutes, as regulators ask of chargers (UK SI 2021/1467, regulation 11: 600 s, up to 1800 s).
  package static let windows: ClosedRange<Duration> = .zero ... .seconds(1800)
  /// Whatever comes, a gateway makes its first attempt no later than this after it began to hold.
  package static let longestHold: Duration = .seconds(1800)
  /// Retry windows grow no further.
  package static let longestRetry: Duration = .seconds(3600)
  /// How fast the clock of the window may run.
  package static let speeds: ClosedRange<Double> = 0.125...32
  /// Where critical gateways have their slots.
  package static let criticalWindow: Duration = .seconds(30)
  /// How long without a session makes a return a matter of many, not of one.
  package static let herdAfter: Duration = .seconds(60)
  /// A session that lasts as long is stable: what failed before it is forgotten.
  package static let stable: Duration = .seconds(300)

  /// Over what time the fleet spreads when the clock runs at speed 1; planned as gateways / (0.8 × capacity).
  package let window: Duration
  /// What part of the fleet is critical, 0 to 1: others leave the room for it.
  package let criticalShare: Double
  /// What part of the fleet is of class low, 0 to 1 − ``criticalShare``.
  package let lowShare: Double
  /// How fast the clock runs where nothing newer is known.
  package let speed: Double
  /// Changes from outage to outage, so that nobody is always last.
  package let epoch: UInt64

  /// Creates a policy; what is out of bounds is brought to the nearest bound, and what is no number to the default.
  package init(
    windowSeconds: Double = 600, criticalShare: Double = 0.01, lowShare: Double = 0, speed: Double = 1,
    epoch: UInt64 = 0
  ) {
    let longest = Double(Self.windows.upperBound.components.seconds)
    window = .seconds(Self.within(0...longest, windowSeconds, default: 600))
    self.criticalShare = Self.within(0...1, criticalShare, default: 0.01)
    self.lowShare = Self.within(0...(1 - self.criticalShare), lowShare, default: 0)
    self.speed = Self.within(Self.speeds, speed, default: 1)
    self.epoch = epoch
  }

  static func within(_ bounds: ClosedRange<Double>, _ value: Double, default other: Double) -> Double {
    value.isNaN
      ? min(bounds.upperBound, other) : min(bounds.upperBound, max(bounds.lowerBound, value))
  }

  /// The first window of retries after an answer of a server that has too much to do.
  package var firstRetry: Duration { max(.seconds(10), window) }

  /// How long after its beginning a hold ends at the latest, however slowly the clock runs, of who is due at `offset`.
  ///
  /// It is the same part of ``longestHold`` as the slot is of the window. One bound for all would let everybody go in
  /// the same instant who is still held then; so a clock that is too slow stretches the window to half an hour.
  package func latest(_ offset: Duration) -> Duration {
    guard window > .zero else { return .zero }
    return Self.longestHold * min(1, offset / window)
  }

  /// How fast the clock of this window has to run so that the fleet comes as `other` wants it.
  ///
  /// Who is away has the window that it kept, and `other` may have another one, planned for how many are away now. A
  /// window that is cut short would let everybody go at once whose slot has passed; a clock that runs faster by as much
  /// brings what is left at the pace of the other window.
  package func speed(following other: ReconnectPolicy) -> Double {
    let shortest: Duration = .seconds(1)
    return Self.within(Self.speeds, other.speed * (window / max(shortest, other.window)), default: 1)
  }
}
