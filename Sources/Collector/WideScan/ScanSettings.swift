/// How a scan goes about it.
package struct ScanSettings: Hashable, Sendable {
  /// The most probes a second, canaries included.
  package var rate = 10_000.0
  /// Where to begin; the engine goes faster while nothing is lost by it.
  package var startRate = 1000.0
  /// How often everybody who does not answer is tried, 1 to ``SourcePorts/tries``.
  package var tries = 2
  /// The same where too many seem to be missed.
  package var mostTries = 6
  /// The part of all that answer which may be missed, by the upper bound, before somebody is tried once more.
  package var toleratedMiss = 0.005
  /// How long answers are waited for, in nanoseconds: also the least between two tries of one target.
  package var patience: Int64 = 2_000_000_000
  /// The most probes a second to one /24, or one /48 of IPv6; `nil` for no such limit.
  package var ratePerPrefix: Double?
  /// The most probes a second to one of ``customers``.
  package var ratePerCustomer: Double?
  /// The blocks of each customer.
  package var customers: [[AddressBlock]] = []

  package init() {}

  /// The lengths of the prefixes that ``ratePerPrefix`` is for.
  static let prefix4 = 24
  static let prefix6 = 48
  /// One probe in so many is a canary, but no more than one each 2.5 ms on average: a hundred in a turn say enough.
  static let canaryShare: UInt64 = 32
  static let canaryDistance = 0.0025
  /// How long the answer of a canary is waited for at most, in nanoseconds: it has answered before, and soon.
  static let canaryPatience: Int64 = 400_000_000
}
