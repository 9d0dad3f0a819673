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

extension ProfileEvidence {
  /// Whether two rules rest on the same answers, and one reads no fact that the other does not.
  static func isOneWitness(_ left: [Self], _ right: [Self]) -> Bool {
    guard !left.isEmpty else { return false }
    return isWithin(left, right) && covers(left, right) || isWithin(right, left) && covers(right, left)
  }

  /// Whether each of `part` is in `whole`, perhaps with more facts.
  private static func isWithin(_ part: [Self], _ whole: [Self]) -> Bool {
    part.allSatisfy { one in whole.contains { one.isPart(of: $0) } }
  }

  /// Whether `whole` rests on nothing but what `part` rests on.
  private static func covers(_ part: [Self], _ whole: [Self]) -> Bool {
    whole.allSatisfy { one in part.contains { $0.isPart(of: one) } }
  }

  private func isPart(of other: Self) -> Bool {
    guard case .service(let port, let name, let facts) = self,
      case .service(let otherPort, let otherName, let more) = other
    else { return self == other }
    return port == otherPort && name == otherName && facts.allSatisfy(more.contains)
  }
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
