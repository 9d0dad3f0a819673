/// The tables of nftables, family `inet`, that are ours; every other is somebody else's.
package enum OwnTable: String, Hashable, Sendable, CaseIterable {
  case closings = "kadomori"
  /// What was used is remembered apart, so that opening everything forgets none of it: the sets `used_wan`, `used_dev4`
  /// and `used_dev6`.
  case use = "kadomori_use"
  /// A hundred thousand addresses, apart so that reading the closings stays quick.
  case indicators = "kadomori_indicators"
  /// Devices that begin no new connection for some seconds after power came back.
  case hold = "kadomori_hold"
}
