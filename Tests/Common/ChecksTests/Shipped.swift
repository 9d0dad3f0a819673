import Addresses
import Posture
import Profiles

/// Everything the product ships, read once.
let shipped: ProfileSet = {
  var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  parts.removeLast(4)
  return ProfileSet.load(shipped: parts.joined(separator: "/") + "/firmware-profiles", local: "/nonexistent")
    .set
}()

func device(_ first: Service, _ rest: Service...) -> Device {
  Device(id: "dev-1", services: [first] + rest)
}

func device(
  _ id: String, _ kind: DeviceKind = .unknown, profile: String? = nil, mac: UInt64? = nil,
  addresses: [String] = [], _ services: Service...
) -> Device {
  Device(
    id: id, mac: mac.map { MACAddress(bits: $0) }, addresses: addresses.compactMap { IPAddress($0) },
    kind: kind,
    profile: profile, services: services)
}

extension Service {
  static func tcp(
    _ number: UInt16, _ name: ServiceProtocol, _ facts: [ServiceFact: String] = [:], tls: Bool = false,
    from exposure: [Exposure] = [.lan], needed: Need = .unknown
  ) -> Service {
    Service(port: .tcp(number), protocol: name, tls: tls, exposure: exposure, needed: needed, facts: facts)
  }

  static func udp(
    _ number: UInt16, _ name: ServiceProtocol, _ facts: [ServiceFact: String] = [:],
    from exposure: [Exposure] = [.lan]
  ) -> Service {
    Service(port: .udp(number), protocol: name, exposure: exposure, facts: facts)
  }
}
