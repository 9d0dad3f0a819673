import Addresses
package import Posture

/// What a device says that tells it from others, whatever its addresses are.
package struct IdentityMarks: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Of UPnP or of WS-Discovery, which are two things of one device.
    case uuid(ServiceProtocol)
    case duid
    case engine
    /// Unique on its link: who finds another with it takes a new one (RFC 6762, section 9).
    case mdnsName
    /// Unique in its scope: whose is taken does not get it (RFC 1001, section 15.1).
    case netBIOSName
    /// Of an algorithm: a server has one key for each.
    case hostKey(String)
    case certificate
  }

  package struct Mark: Hashable, Sendable {
    package let kind: Kind
    package let value: String

    /// Whether it was made of a hardware address that one device has, as UUIDs of version 1 (RFC 9562, section 5.1),
    /// engine ids (RFC 3411, section 5) and DUIDs (RFC 8415, sections 11.2 and 11.4) end with one.
    func isMade(of addresses: Set<MACAddress>) -> Bool {
      switch kind {
      case .uuid, .duid, .engine:
        value.utf8.count >= 12
          && UInt64(value.suffix(12), radix: 16).map { addresses.contains(MACAddress(bits: $0)) }
            ?? false
      default: false
      }
    }
  }

  package private(set) var marks: Set<Mark> = []

  package init(of device: Device) {
    if let duid = device.facts[.duid] { add(.duid, duid) }
    for service in device.services {
      if let uuid = service.facts[.uuid] {
        add(.uuid(service.protocol == .wsDiscovery ? .wsDiscovery : .upnp), uuid)
      }
      if let engine = service.facts[.engineID] { add(.engine, engine) }
      if let certificate = service.facts[.certificateDigest] { add(.certificate, certificate) }
      if let key = service.facts[.hostKey] {
        add(.hostKey(key.split(separator: " ").first.map(String.init) ?? ""), key)
      }
      guard let name = service.facts[.name] else { continue }
      if service.protocol == .mdns { add(.mdnsName, name.lowercased()) }
      if service.protocol == .nbns { add(.netBIOSName, name.lowercased()) }
    }
  }

  private mutating func add(_ kind: Kind, _ value: String) {
    switch kind {
    case .uuid, .duid, .engine:
      // A value of one digit throughout was made by nobody.
      guard Set(value.utf8.filter { $0 != 0x2d }).count > 1 else { return }
    default: guard !value.isEmpty else { return }
    }
    marks.insert(Mark(kind: kind, value: value))
  }

  /// Whether both have a mark of a kind of which a device has one, and not the same.
  package func contradicts(_ other: Self) -> Bool {
    let shared = Set(marks.intersection(other.marks).map(\.kind))
    let kinds = Set(marks.map(\.kind)).intersection(other.marks.map(\.kind)).subtracting(shared)
    return kinds.contains { $0 != .certificate }
  }
}

extension DHCPLease {
  /// The most octets of a DUID with its type (RFC 8415, section 11.1).
  private static let duidLimit = 130

  /// The DUID in a client identifier of type 255, after four octets for the interface (RFC 4361, section 6.1).
  package var duid: [UInt8]? {
    guard let clientID, clientID.first == 255, (8...(5 + Self.duidLimit)).contains(clientID.count) else {
      return nil
    }
    return Array(clientID[5...])
  }
}
