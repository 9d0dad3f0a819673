package import Addresses
package import Posture
package import Profiles
package import Stagger

/// Decides when the devices of a LAN may begin their connections after a power loss.
package enum LANRelease {
  /// The last of them, in seconds; the firewall helper allows no more than 120.
  package static let longest = 60
  /// More devices are not held: they go at once.
  package static let limit = 256

  /// Returns the devices to hold, each with its seconds.
  ///
  /// Held is only what a profile says may wait, of a kind that ever may; all others go at once.
  package static func plan(
    _ devices: [Device], profiles: ProfileSet, secret: KeyedHash
  ) -> [(mac: MACAddress, seconds: Int)] {
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
