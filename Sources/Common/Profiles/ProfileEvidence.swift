package import Addresses
package import Posture

/// One thing that speaks for a profile: never a text from the device.
package enum ProfileEvidence: Hashable, Sendable {
  /// A service and which of the things it said were recognised; no facts where its protocol was enough.
  case service(Port, ServiceProtocol, [ServiceFact])
  case hardware(MACPrefix)
  case vendor
  case name
}

extension ProfileEvidence: CustomStringConvertible {
  /// `tcp/554 rtsp: server, realm`, for people and tests.
  package var description: String {
    switch self {
    case .service(let port, let name, let facts):
      let said = facts.map(\.rawValue).joined(separator: ", ")
      return "\(port) \(name.rawValue)" + (said.isEmpty ? "" : ": \(said)")
    case .hardware(let prefix): return "hardware address \(prefix)"
    case .vendor: return "maker of the network interface"
    case .name: return "device name"
    }
  }
}
