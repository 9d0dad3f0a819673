package import Addresses

/// From where a service can be reached.
package enum Exposure: String, Hashable, Sendable, Codable, CaseIterable {
  case lan
  case wan
}

/// Whether a device needs a service open to do its work.
package enum Need: String, Hashable, Sendable, Codable, CaseIterable {
  case yes, no, unknown
}

/// Who says whether a service is needed.
package enum NeedSource: String, Hashable, Sendable, Codable, CaseIterable {
  /// The firmware profile of the device.
  case profile
  /// The device's maker, in a MUD file (RFC 8520).
  case mud
}

/// A thing a service said of itself, in the closed list that profiles can match on.
package enum ServiceFact: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// The first line a service sent, or the closest thing its protocol has to one.
  case banner
  /// HTTP, RTSP, SSDP and SIP `Server` (SIP: also `User-Agent`).
  case server
  /// The title of the HTML page at `/`.
  case title
  /// The realm of an authentication challenge.
  case realm
  /// The status code of the answer, three digits.
  case status
  /// Where an HTTP answer redirects to.
  case location
  /// Vendor, product and revision as an identification request returned them.
  case vendor, product, revision
  /// A name the device has for itself.
  case name
  /// The UUID of the device, lower case: UPnP `UDN` and `USN`, the endpoint of WS-Discovery.
  case uuid
  /// What it announces: SSDP and UPnP `ST`, DNS-SD service types, CoAP resource types.
  case type
  /// `open` when the service let us in without credentials, `refused` when it asked for them.
  case anonymous
  /// The shared folders that let us in without credentials, separated by commas.
  case shares
  /// The version of TLS that was agreed on, as `1.2`.
  case tlsVersion = "tls_version"
  /// The cipher suite that was agreed on, by its IANA name.
  case cipher
  /// The subject and the issuer of the certificate (RFC 5280, section 4.1.2; RFC 4514 text).
  case certificateSubject = "certificate_subject"
  case certificateIssuer = "certificate_issuer"
  /// The names the certificate is for, separated by blanks.
  case certificateNames = "certificate_names"
  /// From when and until when it is valid, RFC 3339.
  case certificateFrom = "certificate_from"
  case certificateUntil = "certificate_until"
  /// The kind and size of its key, as `RSA 2048`.
  case certificateKey = "certificate_key"
  /// The SHA-256 of the certificate, lower-case hexadecimal.
  case certificateDigest = "certificate_digest"
  /// Where the MUD file is that the certificate names (RFC 8520, section 11).
  case certificateMUDURL = "certificate_mud_url"
  /// The kind and the SHA-256 fingerprint of an SSH host key, as OpenSSH prints them.
  case hostKey = "host_key"
  /// The HASSH of an SSH server: MD5 over the algorithms it offers.
  case hassh
  /// Old algorithms that the service still offers, separated by blanks.
  case weak
  /// The `sysObjectID` of SNMP, dotted.
  case objectID = "object_id"
  /// The engine id of SNMPv3, lower-case hexadecimal (RFC 3411, section 5).
  case engineID = "engine_id"
}

/// One port of a device that answered.
package struct Service: Hashable, Sendable {
  package var port: Port
  package var `protocol`: ServiceProtocol
  /// Whether TLS wraps the protocol.
  package var tls: Bool
  package var product: String?
  package var version: String?
  package var exposure: [Exposure]
  package var needed: Need
  /// Who says so; `nil` where nobody does.
  package var neededBy: NeedSource?
  /// What the service said of itself; stays on the gateway.
  package var facts: [ServiceFact: String]

  package init(
    port: Port, protocol: ServiceProtocol, tls: Bool = false, product: String? = nil, version: String? = nil,
    exposure: [Exposure] = [.lan], needed: Need = .unknown, neededBy: NeedSource? = nil,
    facts: [ServiceFact: String] = [:]
  ) {
    self.port = port
    self.protocol = `protocol`
    self.tls = tls
    self.product = product
    self.version = version
    self.exposure = exposure
    self.needed = needed
    self.neededBy = neededBy
    self.facts = facts
  }
}

extension Service: Codable {
  private enum CodingKeys: String, CodingKey {
    case transport, port, `protocol`, tls, product, version, exposure, needed, facts
    case neededBy = "needed_by"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      port: Port(
        try container.decode(Transport.self, forKey: .transport),
        try container.decode(UInt16.self, forKey: .port)),
      protocol: try container.decode(ServiceProtocol.self, forKey: .protocol),
      tls: try container.decodeIfPresent(Bool.self, forKey: .tls) ?? false,
      product: try container.decodeIfPresent(String.self, forKey: .product),
      version: try container.decodeIfPresent(String.self, forKey: .version),
      exposure: try container.decodeIfPresent([Exposure].self, forKey: .exposure) ?? [],
      needed: try container.decodeIfPresent(Need.self, forKey: .needed) ?? .unknown,
      neededBy: try container.decodeIfPresent(NeedSource.self, forKey: .neededBy),
      facts: try container.decodeIfPresent([ServiceFact: String].self, forKey: .facts) ?? [:])
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(port.transport, forKey: .transport)
    try container.encode(port.number, forKey: .port)
    try container.encode(`protocol`, forKey: .protocol)
    if tls { try container.encode(true, forKey: .tls) }
    try container.encodeIfPresent(product, forKey: .product)
    try container.encodeIfPresent(version, forKey: .version)
    try container.encode(exposure, forKey: .exposure)
    try container.encode(needed, forKey: .needed)
    try container.encodeIfPresent(neededBy, forKey: .neededBy)
    if !facts.isEmpty { try container.encode(facts, forKey: .facts) }
  }
}
