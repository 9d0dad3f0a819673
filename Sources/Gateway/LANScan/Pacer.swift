/// Says when the next packet may leave, so that neither the LAN nor one device is pressed.
///
/// A token bucket (GCRA, ITU-T I.371) that never saves up more than `burst`: within any one second
/// at most `rate × 1 s + burst` leave.
package struct Pacer: Sendable {
  private let interval: Duration
  private let tolerance: Duration
  private var due: Duration = .zero

  /// - Parameters:
  ///   - limit: the most that may leave within any one second.
  ///   - burst: how many of them may leave at once.
  package init(limit: Int, burst: Int) {
    precondition(burst >= 1 && limit > burst, "a burst must be smaller than the limit")
    interval = .seconds(1) / (limit - burst)
    tolerance = interval * (burst - 1)
  }

  /// When the next packet may leave; in the past when it may leave now.
  package var next: Duration { due - tolerance }

  package func allows(at now: Duration) -> Bool { next <= now }

  /// Accounts for packets that leave now.
  package mutating func spend(_ count: Int = 1, at now: Duration) {
    due = max(due, now) + interval * count
  }
}

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
}
