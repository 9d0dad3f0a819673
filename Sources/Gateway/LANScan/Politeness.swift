/// The limits a scan keeps, whatever it is asked for.
package struct Politeness: Hashable, Sendable {
  /// Packets of ours within any one second, on the whole LAN.
  package var packetsPerSecond = 1000
  /// Probes to one device within any one second.
  ///
  /// A SYN, a UDP datagram and an ARP request are probes. The acknowledgements and closings of a connection are not probes.
  package var probesPerDevice = 40
  /// Devices probed at the same time.
  package var devicesAtOnce = 24
  /// Connections to one device at the same time, of those that answered.
  package var conversationsPerDevice = 6
  /// Connections at the same time, on the whole LAN.
  package var connections = 320

  package init() {}

  /// What probes may use of the limit on the LAN; the rest is for the packets that connections need and
  /// that the kernel sends.
  var probesPerSecond: Int { max(5, packetsPerSecond * 4 / 5) }
  /// What probes may use of the limit on one device; the rest is for ARP, ours and the kernel's.
  var pacedProbesPerDevice: Int { max(3, probesPerDevice - 4) }
}
