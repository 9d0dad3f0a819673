import Posture

extension Device {
  private static let nameLimit = 8

  /// Whether a port of both answers in two ways.
  func answersOtherwise(than other: Device) -> Bool {
    let ports = Dictionary(services.map { ($0.port, $0) }) { first, _ in first }
    return other.services.contains { ports[$0.port]?.contradicts($0) ?? false }
  }

  /// The entry of a device with what is known of it at another of its hardware addresses.
  func joined(by other: Device) -> Device {
    var both = self
    both.otherMACs += other.macs.filter { !macs.contains($0) }
    both.addresses = Set(addresses).union(other.addresses).sorted()
    both.names = Array((names + other.names.filter { !names.contains($0) }).prefix(Self.nameLimit))
    both.facts.merge(other.facts) { own, _ in own }
    both.firstSeen = [firstSeen, other.firstSeen].compactMap(\.self).min()
    both.lastSeen = [lastSeen, other.lastSeen].compactMap(\.self).max()
    both.remarks = Set(remarks).union(other.remarks).sorted { $0.rawValue < $1.rawValue }
    var ports = Dictionary(services.map { ($0.port, $0) }) { first, _ in first }
    for service in other.services {
      ports[service.port] = ports[service.port]?.joined(by: service) ?? service
    }
    both.services = ports.values.sorted { $0.port < $1.port }
    return both
  }
}

extension Service {
  /// What one server says the same way at every address.
  private static let steady: [ServiceFact] = [
    .server, .title, .realm, .uuid, .certificateDigest, .hassh, .objectID, .engineID,
  ]

  /// Whether this is the answer of another server than `other`; what was not heard contradicts nothing.
  fileprivate func contradicts(_ other: Service) -> Bool {
    func differ(_ left: String?, _ right: String?) -> Bool {
      if let left, let right { left != right } else { false }
    }
    guard `protocol` != .unknown, other.protocol != .unknown else { return false }
    return `protocol` != other.protocol || tls != other.tls || differ(product, other.product)
      || differ(version, other.version) || Self.steady.contains { differ(facts[$0], other.facts[$0]) }
  }

  fileprivate func joined(by other: Service) -> Service {
    var both = self
    if both.protocol == .unknown { both.protocol = other.protocol }
    both.tls = tls || other.tls
    both.product = product ?? other.product
    both.version = version ?? other.version
    both.exposure += other.exposure.filter { !exposure.contains($0) }
    both.facts.merge(other.facts) { own, _ in own }
    return both
  }
}
