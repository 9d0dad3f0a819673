package import Addresses
package import Posture

/// What a standing lab is: the answer of `up --json` and the oracle of tests.
package struct LabDocument: Hashable, Sendable, Codable {
  package static let currentSchema = "kadomori-lab/1"

  package var schema = currentSchema
  package let id: LabIdentifier
  package let plan: LabPlan
  /// Where logs and recordings are kept until `down`.
  package let directory: String
  package let lan: LAN
  package let wan: WAN
  package let namespaces: Namespaces
  package let personas: [Device]
  /// The host beyond the gateway's WAN; its services are empty when it runs none.
  package let internet: Device

  package struct LAN: Hashable, Sendable, Codable {
    package let network: IPv4Network
    package let gateway: IPv4Address
    package let interface: String
    /// How many percent of the packets are lost between the gateway and the others, each way.
    package let loss: Int
  }

  package struct WAN: Hashable, Sendable, Codable {
    package let network: IPv4Network
    package let gateway: IPv4Address
    package let interface: String
    /// The addresses of the internet host, nearest first.
    package let internet: [IPv4Address]
  }

  package struct Namespaces: Hashable, Sendable, Codable {
    package let gateway: String
    package let `switch`: String
    package let internet: String

    package var names: [String] { [gateway, `switch`, internet] }
  }

  package struct Device: Hashable, Sendable, Codable {
    package let name: String
    package let summary: String
    /// What a good scan takes it for.
    package let kind: DeviceKind
    package let vendor: String
    package let address: IPv4Address
    package let mac: MACAddress
    /// Its second interface, where it has one.
    package let second: SecondInterface?
    package let namespace: String
    /// What a good scan finds open, in the order of ports, and nothing else.
    package let services: [OpenService]
    package let recordings: [Recording]
    /// The file with what its programs wrote to standard output and error.
    package let log: String
  }

  package struct OpenService: Hashable, Sendable, Codable {
    package let port: Port
    package let `protocol`: ServiceProtocol
  }

  /// A file that holds every byte a port received.
  package struct Recording: Hashable, Sendable, Codable {
    package let port: Port
    package let file: String
  }
}

extension LabDocument {
  /// Describes the lab that `up` is about to build.
  init(id: LabIdentifier, plan: LabPlan, directory: LabDirectory, personas: [Persona], loss: Int = 0) {
    self.id = id
    self.plan = plan
    self.directory = directory.path
    lan = LAN(
      network: plan.network, gateway: LabNetwork.gateway, interface: "lan0", loss: loss)
    wan = WAN(
      network: LabNetwork.wan, gateway: LabNetwork.gatewayOutside, interface: "wan0",
      internet: [LabNetwork.internet, LabNetwork.farInternet])
    namespaces = Namespaces(
      gateway: id.namespace(of: "gw"), switch: id.namespace(of: "sw"), internet: id.namespace(of: "internet"))
    self.personas = personas.filter(\.isOnLAN).map { Device($0, id, directory) }
    internet = Device(personas.first { !$0.isOnLAN } ?? .silentInternet, id, directory)
  }

  /// Every namespace of the lab, in the order in which they are made.
  package var allNamespaces: [String] { namespaces.names + personas.map(\.namespace) }
}

extension LabDocument.Device {
  fileprivate init(_ persona: Persona, _ id: LabIdentifier, _ directory: LabDirectory) {
    name = persona.name
    summary = persona.summary
    kind = persona.kind
    vendor = persona.vendor
    address = persona.address
    mac = persona.mac
    second = persona.second
    namespace = id.namespace(of: persona.name)
    services = persona.services.map { .init(port: $0.port, protocol: $0.protocol) }.sorted {
      $0.port < $1.port
    }
    recordings = persona.recordings.sorted { $0.key < $1.key }.map {
      .init(port: $0.key, file: "\(directory.path(of: persona))/\($0.value)")
    }
    log = directory.log(of: persona)
  }
}
