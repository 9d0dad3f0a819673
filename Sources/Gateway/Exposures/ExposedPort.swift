package import Addresses
package import Posture

/// One port that can be reached through the gateway, from one side.
package struct ExposedPort: Hashable, Sendable {
  /// How it is reached.
  package enum Means: String, Hashable, Sendable, Codable, CaseIterable {
    /// A socket of the gateway.
    case listener
    /// A rule of its packet filter leads elsewhere.
    case forward
    /// A program of the LAN asked for it (UPnP, NAT-PMP, PCP).
    case mapping
    /// The device has an address of its own on the Internet.
    case native
  }

  package var target: ClosingTarget
  package var means: Set<Means>
  /// Whether the packet filter lets a stranger through; `maybe` where that cannot be told.
  package var reachable: Truth
  /// What a socket is bound to; all zeros for every address.
  package var addresses: Set<IPAddress>
  /// Where a forward or a mapping ends.
  package var leadsTo: Endpoint?
  /// The device behind it, by its id in the posture.
  package var device: String?
  package var owner: PortOwner?
  /// Whether it is a client's port that answers for a while, and not a service.
  package var isTemporary: Bool
  /// Whether it is needed from this side, and who says so.
  package var need: Need
  package var needSource: NeedSource?
  /// What a mapping says it is for.
  package var description: String?
  /// Connections from this side that stand now.
  package var flows: Int

  package init(
    _ target: ClosingTarget, _ means: Set<Means>, reachable: Truth, addresses: Set<IPAddress> = [],
    leadsTo: Endpoint? = nil, device: String? = nil, owner: PortOwner? = nil, isTemporary: Bool = false,
    need: Need = .unknown, needSource: NeedSource? = nil, description: String? = nil, flows: Int = 0
  ) {
    self.target = target
    self.means = means
    self.reachable = reachable
    self.addresses = addresses
    self.leadsTo = leadsTo
    self.device = device
    self.owner = owner
    self.isTemporary = isTemporary
    self.need = need
    self.needSource = needSource
    self.description = description
    self.flows = flows
  }

  /// Adds what another sighting of the same target knows.
  mutating func join(_ other: ExposedPort) {
    means.formUnion(other.means)
    reachable = max(reachable, other.reachable)
    addresses.formUnion(other.addresses)
    leadsTo = leadsTo ?? other.leadsTo
    device = device ?? other.device
    // Behind docker-proxy's socket and docker's rule there is one container.
    if owner?.isKnown != true { owner = other.owner ?? owner }
    isTemporary = isTemporary && other.isTemporary
    description = description ?? other.description
  }
}

extension ExposedPort {
  /// Whether who has the socket also had the forward made, as docker does; of others' sockets a stranger sees nothing,
  /// but for those that take version 6, which is seldom translated.
  var isOwnersForward: Bool {
    owner?.program?.hasSuffix("docker-proxy") == true || owner?.container != nil
      || !addresses.allSatisfy(\.isVersion4)
  }

  /// From outside first, then the gateway's own, then by port.
  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.target.side != right.target.side { return left.target.side == .wan }
    let places = (left.target.place, right.target.place)
    switch places {
    case (.gateway, .device): return true
    case (.device, .gateway): return false
    case (.device(let one), .device(let other)) where one != other: return one < other
    default: return left.target.port < right.target.port
    }
  }
}
