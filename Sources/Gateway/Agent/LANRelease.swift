package import Addresses
package import Posture
package import Profiles
package import Stagger

/// Decides when the devices of a LAN may begin their connections after a power loss.
package enum LANRelease {
  /// The last of them, in seconds; the firewall helper allows no more than 120.
  package static let longest = 60
  /// For so long after the last of them may begin, they begin few connections only: what they have to catch up with
  /// would otherwise come at once.
  package static let pace = 120
  /// More devices are not held: they go at once.
  package static let limit = 256

  /// Returns the devices to hold, each with its seconds, within `window` and ``longest``.
  ///
  /// Held is only what a profile says may wait, of a kind that ever may; all others go at once. No LAN takes longer to
  /// come back than all gateways do: `window` is theirs.
  package static func plan(
    _ devices: [Device], profiles: ProfileSet, secret: KeyedHash, window: Duration = .seconds(longest)
  ) -> [(mac: MACAddress, seconds: Int)] {
    let longest = max(1, min(Self.longest, Int(window.components.seconds)))
    var held: [MACAddress: Int] = [:]
    for device in devices where device.kind.mayEverWait {
      guard let profile = device.profile.flatMap({ profiles[$0] }), profile.mayWait else { continue }
      for mac in device.hardwareAddresses {
        let place = Slot(secret: secret, gateway: mac.octets, epoch: 0).position
        held[mac] = 1 + Int(place * Double(longest))
      }
    }
    return held.sorted { $0.key.octets.lexicographicallyPrecedes($1.key.octets) }.prefix(limit)
      .map { ($0.key, min(longest, $0.value)) }
  }
}
