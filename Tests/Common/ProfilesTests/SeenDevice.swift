import Addresses
import Posture
import Testing

/// A device as a scan sees it, and the profile that fits.
struct SeenDevice: CustomTestStringConvertible {
  var profile: String?
  var note: String
  var device: Device

  init(
    _ profile: String?, _ note: String, mac: String? = nil, names: [String] = [], _ services: Service...
  ) {
    self.profile = profile
    self.note = note
    self.device = Device(
      id: "dev-\(note)", mac: mac.flatMap { MACAddress($0) }, names: names, services: services)
  }

  var testDescription: String { note }
}

extension Service {
  static func tcp(
    _ number: UInt16, _ name: ServiceProtocol, tls: Bool = false, _ facts: [ServiceFact: String] = [:]
  ) -> Service {
    Service(port: .tcp(number), protocol: name, tls: tls, facts: facts)
  }

  static func udp(_ number: UInt16, _ name: ServiceProtocol, _ facts: [ServiceFact: String] = [:]) -> Service
  {
    Service(port: .udp(number), protocol: name, facts: facts)
  }
}
