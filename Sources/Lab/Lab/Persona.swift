package import Addresses
package import Posture

/// A device of the lab: real servers behind one network interface of a real vendor.
package struct Persona: Sendable {
  /// Where a persona is attached.
  package enum Place: Sendable {
    /// On the LAN, at this address.
    case address(IPv4Address)
    /// Beyond the gateway's WAN interface.
    case internet

    /// On the LAN of a house, at the address that ends in this number.
    package static func lan(_ number: UInt8) -> Self { .address(LabNetwork.host(number)) }
  }

  /// The name for `exec`: a DNS label, unique in its lab except on purpose.
  package let name: String
  /// What it plays, in a few words.
  package let summary: String
  /// What a good scan takes it for; `unknown` when its answers do not say.
  package let kind: DeviceKind
  /// Who owns the prefix of `mac` in the IEEE registry.
  package let vendor: String
  package let mac: MACAddress
  package let place: Place
  /// The services a good scan finds, and no others.
  package let services: [PersonaService]
  /// Its second interface on the LAN, `eth1`, where it has one.
  package var second: SecondInterface?
  /// What must be there to start it.
  package var needs = Dependencies()
  /// Files written into its directory, which its programs see as `/mnt`.
  package var files: [String: String] = [:]
  /// Shell commands run one after another before its programs start.
  package var preparation: [String] = []
  /// Shell commands of its programs, all started at once; none puts itself into the background.
  package var programs: [String]
  /// Files in its directory that hold every byte a port received.
  package var recordings: [Port: String] = [:]

  /// The address its services answer on.
  package var address: IPv4Address {
    switch place {
    case .address(let address): address
    case .internet: LabNetwork.internet
    }
  }
}

/// A second network interface in the same LAN, for which the kernel answers ARP on both.
package struct SecondInterface: Hashable, Sendable, Codable {
  package let mac: MACAddress
  package let address: IPv4Address
}

/// One port of a persona: what the scan should call it, and how `up` sees that it answers.
package struct PersonaService: Sendable {
  package let port: Port
  package let `protocol`: ServiceProtocol
  package let probe: ReadinessProbe

  package init(_ port: Port, _ protocol: ServiceProtocol, _ probe: ReadinessProbe) {
    self.port = port
    self.protocol = `protocol`
    self.probe = probe
  }
}
