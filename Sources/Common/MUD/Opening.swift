package import Addresses

/// Who may talk to the device (RFC 8520, sections 4 and 8).
package enum Peer: Equatable, Sendable {
  /// Every device of the same site.
  case localNetworks
  /// Devices whose own MUD URL has this host.
  case manufacturer(String)
  case sameManufacturer
  /// Devices with this MUD URL.
  case model(String)
  /// What the site has named as the controller of this class.
  case controller(String)
  /// What the site has named as the controller of this device.
  case myController
  /// A host by its name in the DNS.
  case host(String)
  /// A network by its prefix.
  case network(String)

  /// The texts of the file, where the kind alone does not say who it is.
  package var name: String {
    switch self {
    case .localNetworks, .sameManufacturer, .myController: ""
    case .manufacturer(let name), .model(let name), .controller(let name), .host(let name): name
    case .network(let prefix): prefix
    }
  }

  var rank: Int {
    switch self {
    case .localNetworks: 0
    case .manufacturer: 1
    case .sameManufacturer: 2
    case .model: 3
    case .controller: 4
    case .myController: 5
    case .host: 6
    case .network: 7
    }
  }

  /// Whether such a peer stands in the house; a name or a public address stands for a host on the Internet.
  package var isInHouse: Bool {
    switch self {
    case .localNetworks, .manufacturer, .sameManufacturer, .model, .controller, .myController: true
    case .host: false
    case .network(let prefix): Prefix.isLocal(prefix)
    }
  }
}

/// Ports of the device that others may reach, and who these are.
package struct Opening: Equatable, Sendable {
  package var transport: Transport
  package var ports: ClosedRange<UInt16>
  /// All of them hold; empty for anyone.
  package var peers: [Peer]
  /// Whether the file names these ports as those of a service.
  ///
  /// What is allowed without being named (every port, a port that hears a multicast group, an entry with a match that
  /// is not known here) makes no port needed, and none unneeded either.
  package var isNamed: Bool

  func covers(_ port: Port) -> Bool { transport == port.transport && ports.contains(port.number) }

  /// Whether somebody in the house is among those who may.
  package var isFromHouse: Bool { peers.allSatisfy(\.isInHouse) }
}

extension Opening {
  /// The order of ports; what names them first, then by who may.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.transport != right.transport { return left.transport == .tcp }
    let (first, second) = (left.ports, right.ports)
    if first.lowerBound != second.lowerBound { return first.lowerBound < second.lowerBound }
    if first.upperBound != second.upperBound { return first.upperBound < second.upperBound }
    if left.isNamed != right.isNamed { return left.isNamed }
    for (one, other) in zip(left.peers, right.peers) where one != other {
      return one.rank < other.rank || one.rank == other.rank && one.name < other.name
    }
    return left.peers.count < right.peers.count
  }
}

/// Address prefixes as texts.
enum Prefix {
  private static let multicast = IPv4Network("224.0.0.0/4")
  /// Of private use (RFC 1918), of the link (RFC 3927), and multicast, which no home router lets pass.
  private static let local = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "224.0.0.0/4",
    "255.255.255.255/32",
  ].compactMap { IPv4Network($0) }

  private static func address(_ text: String) -> IPAddress? {
    text.split(separator: "/", omittingEmptySubsequences: false).first.flatMap {
      IPAddress(String($0))
    }
  }

  static func isLocal(_ text: String) -> Bool {
    switch address(text) {
    case .v4(let address): local.contains { $0.contains(address) }
    // Unique local (RFC 4193), link-local and multicast (RFC 4291).
    case .v6(let address):
      address.groups[0] & 0xfe00 == 0xfc00 || address.groups[0] & 0xffc0 == 0xfe80
        || isMulticast(text)
    case nil: false
    }
  }

  /// Whether a prefix is one of groups, or the broadcast address.
  static func isMulticast(_ text: String) -> Bool {
    switch address(text) {
    case .v4(let address): address.bits == .max || multicast?.contains(address) == true
    case .v6(let address): address.groups[0] & 0xff00 == 0xff00
    case nil: false
    }
  }
}
