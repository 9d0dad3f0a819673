package import Addresses

/// Which personas a lab has, and the network they share.
package enum LabPlan: String, Sendable, Codable, CaseIterable {
  /// A house where nearly everything is left open, and an internet host that gives orders.
  case home
  /// Four personas that start fast.
  case small
  /// Devices that misbehave, each in its own way.
  case hostile
  /// A device with two network interfaces, and a neighbour with one.
  case twofold
  /// Thirty devices with few services, far apart in a network of a thousand addresses.
  case wide

  /// One line for people.
  package var summary: String {
    switch self {
    case .home: "a house full of devices, and a host on the internet"
    case .small: "four devices that start fast"
    case .hostile: "devices that misbehave"
    case .twofold: "a device with two network interfaces"
    case .wide: "thirty devices in a /22"
    }
  }

  /// The network behind the gateway.
  package var network: IPv4Network {
    switch self {
    case .home, .small, .hostile, .twofold: LabNetwork.house
    case .wide: LabNetwork.site
    }
  }

  /// The personas in the order of their addresses.
  package var personas: [Persona] {
    switch self {
    case .home:
      [
        .router, .telnetBox, .camera, .onvifCamera, .nas, .printer, .phoneExchange, .modbusPLC, .s7PLC,
        .buildingController, .opcUAServer, .coapPlug, .homeKitBridge, .knxGateway, .serialServer, .mqttHub,
        .legacyBox, .clock, .musicBox, .waterLogger, .openResolver, .recorder, .accessPoint, .secureHub,
        .powerCard, .internetHost,
      ]
    case .small: [.telnetBox, .printer, .mqttHub, .waterLogger]
    case .hostile:
      [
        .endlessBanner, .binaryGarbage, .slowDrip, .allPorts, .twin(1), .twin(2), .bombs, .impostor,
      ]
    case .twofold: [.twoPortNAS, .telnetBox]
    case .wide: Persona.wide
    }
  }
}
