package import Addresses
package import LinuxIO

/// Why a scan cannot be made.
package enum ScanError: Error, Hashable, Sendable {
  case unknownInterface(String, known: [String])
  case notEthernet(String)
  case down(String)
  case noAddress(String)
  case networkTooLarge(String, IPv4Network)
  case alreadyScanning(String)
  /// The raw socket for ARP was refused.
  case missingCapability(SystemError)
  case system(SystemError)
}

extension ScanError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownInterface(let name, let known):
      "interface \(name): there is no such interface here; there are \(known.joined(separator: ", "))"
    case .notEthernet(let name):
      "interface \(name): not an Ethernet-like link, ARP does not work on it; name the interface of the LAN"
    case .down(let name):
      "interface \(name): the link is down; check the cable, or set it up with 'ip link set \(name) up'"
    case .noAddress(let name):
      "interface \(name): it has no IPv4 address, so there is no network to scan; give it one first"
    case .networkTooLarge(let name, let network):
      "interface \(name): \(network) has more than \(ScanRequest.addressLimit) addresses; "
        + "a LAN that large has to be scanned part by part, on interfaces with smaller networks"
    case .alreadyScanning(let name):
      "interface \(name): another scan of it is under way, the agent's perhaps; wait until it has ended"
    case .missingCapability(let error):
      "\(error); scanning needs the capability CAP_NET_RAW: run it as root, "
        + "or with 'setpriv --ambient-caps +net_raw --inh-caps +net_raw'"
    case .system(let error): "\(error)"
    }
  }
}
