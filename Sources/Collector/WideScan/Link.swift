package import Addresses

/// Both ends of the first hop, and the addresses that probes come from.
package struct Link: Hashable, Sendable {
  package var hardware: MACAddress
  /// Who takes packets for the targets: a router, or the only other station of the link.
  package var router: MACAddress
  /// `nil` where no target is of version 4.
  package var source4: IPv4Address?
  package var source6: IPv6Address?

  package init(hardware: MACAddress, router: MACAddress, source4: IPv4Address?, source6: IPv6Address?) {
    self.hardware = hardware
    self.router = router
    self.source4 = source4
    self.source6 = source6
  }
}
