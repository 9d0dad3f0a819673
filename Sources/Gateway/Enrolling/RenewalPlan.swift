import Cryptography
package import FleetContract

/// When a certificate is to be renewed: after two thirds of its life, and then within a sixth of it.
///
/// The place within that sixth is drawn from the gateway's name, which is part of a hash, and the certificate's
/// beginning: evenly spread over a fleet, and the same after every restart, so that restarts delay nothing.
package struct RenewalPlan: Hashable, Sendable {
  /// Seconds since 1970.
  package let due: Int64
  package let notAfter: Int64

  package init(of gateway: GatewayID, from notBefore: Int64, until notAfter: Int64) {
    self.notAfter = notAfter
    let life = max(0, notAfter - notBefore)
    let hash = Digest.sha256(Array("\(gateway) \(notBefore)".utf8))
    let draw = hash.prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    due = notBefore + life * 2 / 3 + Int64((UInt64(life / 6) * draw) >> 32)
  }

  /// How long to wait before the next attempt after some that failed: an hour and twice as long each time, up to a day;
  /// `draw` from 0 to 1 takes up to half of it away.
  ///
  /// A certificate whose time is over keeps the gateway from reporting: then a minute, and at most an hour.
  package static func pause(failures: Int, isOver: Bool, draw: Double) -> Duration {
    let (first, cap): (Int, Int) = isOver ? (60, 3600) : (3600, 86_400)
    let bound = min(cap, first << min(max(0, failures - 1), 10))
    return .seconds(bound) * (1 - draw / 2)
  }
}
