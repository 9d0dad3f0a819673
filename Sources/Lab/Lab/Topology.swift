import Addresses

/// The links of a lab as commands for `ip -batch`, each list for one namespace.
///
/// Every veth is created from inside the lab with both ends in their final namespaces, so no
/// interface ever shows up outside.
struct Topology {
  let id: LabIdentifier
  let lan: IPv4Network
  let personas: [Persona]

  private var onLAN: [Persona] { personas.filter(\.isOnLAN) }

  var makeNamespaces: [String] {
    (["gw", "sw", "internet"] + onLAN.map(\.name)).map { "netns add \(id.namespace(of: $0))" }
  }

  /// The bridge with one port for the gateway and one for each persona.
  var makeSwitch: [String] {
    let ports =
      [("lan0", "gw", LabNetwork.gatewayInside)] + onLAN.map { ("eth0", $0.name, $0.mac) }
      + onLAN.compactMap { persona in persona.second.map { ("eth1", persona.name, $0.mac) } }
    // Like the plain switches of homes it passes link layer discovery on, which bridges by the book keep (IEEE
    // 802.1Q-2022, 8.6.3).
    let settings = "stp_state 0 forward_delay 0 mcast_snooping 0 group_fwd_mask 0x4000"
    return ["link add br0 type bridge \(settings)", "link set br0 up"]
      + ports.enumerated().flatMap { number, port in
        [
          "link add port\(number) type veth peer name \(port.0) address \(port.2) netns \(id.namespace(of: port.1))",
          "link set port\(number) master br0 up",
        ]
      }
  }

  var makeWAN: [String] {
    [
      "link add wan0 address \(LabNetwork.gatewayOutsideMAC) type veth peer name eth0"
        + " address \(LabNetwork.internetMAC) netns \(id.namespace(of: "internet"))"
    ]
  }

  var configureGateway: [String] {
    [
      "link set lo up",
      "address add \(LabNetwork.gateway)/\(lan.prefix) dev lan0",
      "address add \(LabNetwork.gatewayOutside)/\(LabNetwork.wan.prefix) dev wan0",
      "link set lan0 up", "link set wan0 up",
      "route add default via \(LabNetwork.internet)",
    ]
  }

  var configureInternet: [String] {
    [
      "link set lo up",
      "address add \(LabNetwork.internet)/\(LabNetwork.wan.prefix) dev eth0",
      "address add \(LabNetwork.farInternet)/32 dev lo",
      "link set eth0 up",
    ]
  }

  func configure(_ persona: Persona) -> [String] {
    [
      "link set lo up",
      "address add \(persona.address)/\(lan.prefix) dev eth0",
      "link set eth0 up",
      "route add default via \(LabNetwork.gateway)",
    ]
      + (persona.second.map {
        ["address add \($0.address)/\(lan.prefix) dev eth1", "link set eth1 up"]
      } ?? [])
  }

  /// What every broadband gateway does: hide the LAN behind its WAN address.
  static let gatewayRules = """
    table ip lab_nat {
      chain postrouting {
        type nat hook postrouting priority srcnat;
        oifname "wan0" masquerade
      }
    }
    """

  /// Loses packets where the gateway is plugged into the switch, so that even a capture on the gateway
  /// sees none of what was lost on its way there.
  ///
  /// The netdev hooks come before the bridge and after it: frames of every protocol pass them, ARP and
  /// neighbour discovery included, and each decides for itself.
  static func lossRules(percent: Int) -> String {
    """
    table netdev lab_loss {
      chain from_gateway {
        type filter hook ingress device "\(gatewayPort)" priority 0;
        numgen random mod 100 < \(percent) counter drop
        counter
      }
      chain to_gateway {
        type filter hook egress device "\(gatewayPort)" priority 0;
        numgen random mod 100 < \(percent) counter drop
        counter
      }
    }
    """
  }

  /// The port of the switch at the other end of `lan0`, the first of those ``makeSwitch`` adds.
  private static let gatewayPort = "port0"
}

extension Persona {
  var isOnLAN: Bool {
    if case .address = place { true } else { false }
  }
}
