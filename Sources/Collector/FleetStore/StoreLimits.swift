/// How much of what strangers send is kept.
package struct StoreLimits: Hashable, Sendable {
  /// Messages set aside; the oldest go first, while the counts per reason stay.
  package var setAside = 10_000
  /// Gaps in the record numbers of one gateway; a record that would open one more is not accepted yet,
  /// and its gateway sends it again when the gaps have closed.
  package var gapsPerGateway = 1000
  /// Gateways; a record of one more is set aside.
  package var gateways = 1_000_000
  /// Devices of one gateway; the rest of its list is passed over.
  package var devicesPerGateway = 20_000
  /// Boots remembered for dating records, the latest of each gateway.
  package var bootsPerGateway = 16
  /// Names of states kept as they came.
  package var latestPerGateway = 32
  /// Steps in the life of one finding; the first and the latest are kept.
  package var stepsPerFinding = 200
  /// Events and postures of one gateway; the oldest go at the next `prune`.
  package var historyPerGateway = 10_000

  package init() {}
}
