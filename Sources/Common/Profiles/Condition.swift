package import Posture

/// Something that is or is not so with a device.
package enum Condition: Hashable, Sendable {
  case service(ServicePattern)
  case hardware([MACPrefix])
  /// What the maker of the network interface is called.
  case vendor(TextMatch)
  /// One of the device's names.
  case name(TextMatch)
  case all([Condition])
  case any([Condition])
  case none([Condition])

  /// How deep conditions may be nested in a file.
  package static let depthLimit = 4

  /// What speaks for the condition, or `nil` where it does not hold; empty where nothing had to be there.
  package func evidence(in device: Device) -> [ProfileEvidence]? {
    switch self {
    case .service(let pattern):
      guard let service = device.services.filter(pattern.matches).min(by: { $0.port < $1.port }) else {
        return nil
      }
      let facts = ServiceFact.allCases.filter { pattern.facts[$0] != nil }
      return [.service(service.port, service.protocol, facts)]
    case .hardware(let prefixes):
      guard let mac = device.mac, let prefix = prefixes.first(where: { $0.contains(mac) }) else { return nil }
      return [.hardware(prefix)]
    case .vendor(let match): return device.vendor.map(match.matches) == true ? [.vendor] : nil
    case .name(let match): return device.names.contains(where: match.matches) ? [.name] : nil
    case .all(let conditions):
      var evidence: [ProfileEvidence] = []
      for condition in conditions {
        guard let more = condition.evidence(in: device) else { return nil }
        evidence += more
      }
      return evidence
    case .any(let conditions):
      for condition in conditions {
        if let evidence = condition.evidence(in: device) { return evidence }
      }
      return nil
    case .none(let conditions):
      return conditions.contains { $0.evidence(in: device) != nil } ? nil : []
    }
  }
}
