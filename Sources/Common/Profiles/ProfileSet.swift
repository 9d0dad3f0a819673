package import Posture

/// The profiles of one site: what came with the product, what the provider sent, and the site's own, which win.
package struct ProfileSet: Hashable, Sendable {
  /// In the order of their ids.
  package let profiles: [FirmwareProfile]

  /// Joins profiles; of two with one id the local one stays, then the delivered, then the later one.
  package init(_ profiles: [FirmwareProfile] = []) {
    let ranked = FirmwareProfile.Author.allCases.flatMap { author in profiles.filter { $0.author == author } }
    let byID = Dictionary(ranked.map { ($0.id, $0) }) { _, last in last }
    self.profiles = byID.values.map { profile in
      profile.inheriting(from: profile.family.flatMap { byID[$0] })
    }.sorted { $0.id < $1.id }
  }

  package subscript(id: String) -> FirmwareProfile? { profiles.first { $0.id == id } }

  /// The profile that fits a device best, or `nil` where none does.
  package func match(_ device: Device) -> ProfileMatch? {
    matches(of: device).first
  }

  /// Every profile that fits a device, the best first.
  package func matches(of device: Device) -> [ProfileMatch] {
    Self.ranked(profiles.compactMap { $0.match(device) })
  }
}
