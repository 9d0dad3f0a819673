import Addresses
import Exposures
import LinuxIO

/// An interface that may be named as a LAN, with what speaks for it.
struct LANChoice: Hashable {
  var name: String
  var addresses: [String]
  /// Whether the default route leads out by it: then it is the Internet's side.
  var leadsOut: Bool
  /// Why it cannot be scanned now; `nil` where it can.
  var obstacle: Obstacle?

  enum Obstacle: Hashable { case down, noAddress, tooLarge }

  /// Whether it looks like the LAN of a house: private addresses (RFC 1918) on a link that leads nowhere else, and not
  /// made by a program for its own machines.
  var isRecommended: Bool

  /// A scan takes networks of at most 4,096 addresses.
  private static let shortestPrefix = 20
  /// Names that container and virtual machine programs give to links of their own.
  private static let programs = [
    "docker", "veth", "br-", "virbr", "cni", "lxc", "podman", "flannel", "cali", "tap",
  ]

  /// Those of this machine, by name; loopback and what is no Ethernet are left out.
  static func all() throws(SystemError) -> [LANChoice] {
    let out = Set(try GatewayNetwork.current(lans: []).wan.map(\.name))
    return of(try NetworkInterface.all(), leadingOut: out)
  }

  static func of(_ interfaces: [NetworkInterface], leadingOut: Set<String>) -> [LANChoice] {
    interfaces.filter { $0.isEthernet && $0.name != "lo" }.map { interface in
      let networks = interface.addresses.map(\.network)
      let obstacle: Obstacle? =
        !interface.isUp
        ? .down
        : networks.isEmpty ? .noAddress : networks.allSatisfy { $0.prefix < shortestPrefix } ? .tooLarge : nil
      let isHome = interface.addresses.contains { isPrivate($0.address) }
      let isProgram = programs.contains { interface.name.hasPrefix($0) }
      return LANChoice(
        name: interface.name,
        addresses: interface.addresses.map { "\($0.address)/\($0.network.prefix)" },
        leadsOut: leadingOut.contains(interface.name), obstacle: obstacle,
        isRecommended: obstacle == nil && isHome && !isProgram && !leadingOut.contains(interface.name))
    }.sorted { $0.name < $1.name }
  }

  private static func isPrivate(_ address: IPv4Address) -> Bool {
    let bits = address.bits
    return bits >> 24 == 10 || bits >> 20 == 0xac1 || bits >> 16 == 0xc0a8
  }
}
