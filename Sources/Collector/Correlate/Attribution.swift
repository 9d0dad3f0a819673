import Addresses
package import FleetContract
package import Sightings

/// Whose a sighting is, or why nobody can say.
package enum Attribution: Hashable, Sendable {
  case gateway(GatewayID)
  case none(Reason)

  /// Why a sighting cannot be held to be anybody's.
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Nobody is known to have had that address then.
    case nobody
    /// Several had it at once, and the port does not tell them apart.
    case shared
    /// One source says this gateway, another says that one.
    case contradiction
  }

  /// Judges a sighting by who had its address in that second.
  ///
  /// A session alone proves nothing where an address is shared by ports: everybody behind it comes from there. What
  /// the answer takes for granted is that translation nobody told of is not there; see `Tenure.Holder.shared`.
  package init(_ sighting: Sighting, among tenures: [Tenure]) {
    let then = tenures.filter {
      $0.covers(secondOf: sighting.time) && $0.block.contains(sighting.address)
    }
    let isShared =
      sighting.address.isSharedByDesign || then.contains { $0.holder == .shared || $0.ports != nil }
    let counted =
      isShared
      ? then.filter { $0.ports?.contains(sighting.port.number) == true && $0.holder != .shared } : then
    let holders = Set(counted.compactMap { if case .gateway(let id) = $0.holder { id } else { nil } })
    switch holders.count {
    case 1: self = holders.first.map(Attribution.gateway) ?? .none(.nobody)
    case 0: self = .none(isShared ? .shared : .nobody)
    default:
      // Sessions of several from one address are a translation nobody told of; a list that disagrees is a mistake.
      self = .none(counted.allSatisfy { $0.source == .session } ? .shared : .contradiction)
    }
  }
}

extension IPAddress {
  /// 100.64.0.0/10, the side of a provider's translation that faces its subscribers (RFC 6598).
  fileprivate var isSharedByDesign: Bool {
    if case .v4(let address) = self { address.bits >> 22 == 0x6440_0000 >> 22 } else { false }
  }
}
