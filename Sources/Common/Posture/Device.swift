package import Addresses

/// One device of a LAN, however many addresses and names it has.
package struct Device: Hashable, Sendable, Codable {
  /// `dev-…`: a keyed hash of the device's stable identity, opaque outside its gateway.
  package var id: String
  /// The hardware address it is known by.
  package var mac: MACAddress?
  /// Further hardware addresses of the same device: those it has, then those it had, the newest first.
  package var otherMACs: [MACAddress]
  package var addresses: [IPAddress]
  package var names: [String]
  package var vendor: String?
  package var kind: DeviceKind
  package var model: String?
  package var firmware: String?
  /// The id of the firmware profile that matched.
  package var profile: String?
  /// How sure `kind` is, 0 to 1.
  package var confidence: Double
  /// What `kind`, `vendor` and `model` were concluded from, the strongest first; stays on the gateway.
  package var evidence: [Clue]
  /// What it said of itself to everyone, without being asked; stays on the gateway.
  package var facts: [DeviceFact: String]
  package var firstSeen: WallTime?
  package var lastSeen: WallTime?
  package var services: [Service]
  package var remarks: [Remark]

  package init(
    id: String, mac: MACAddress? = nil, otherMACs: [MACAddress] = [], addresses: [IPAddress] = [],
    names: [String] = [],
    vendor: String? = nil, kind: DeviceKind = .unknown, model: String? = nil, firmware: String? = nil,
    profile: String? = nil, confidence: Double = 0, evidence: [Clue] = [], facts: [DeviceFact: String] = [:],
    firstSeen: WallTime? = nil, lastSeen: WallTime? = nil,
    services: [Service] = [], remarks: [Remark] = []
  ) {
    self.id = id
    self.mac = mac
    self.otherMACs = otherMACs
    self.addresses = addresses
    self.names = names
    self.vendor = vendor
    self.kind = kind
    self.model = model
    self.firmware = firmware
    self.profile = profile
    self.confidence = confidence
    self.evidence = evidence
    self.facts = facts
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.services = services
    self.remarks = remarks
  }

  private enum CodingKeys: String, CodingKey {
    case id, mac, addresses, names, vendor, kind, model, firmware, profile, confidence, evidence, facts
    case services, remarks
    case otherMACs = "other_macs"
    case firstSeen = "first_seen"
    case lastSeen = "last_seen"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      mac: try container.decodeIfPresent(MACAddress.self, forKey: .mac),
      otherMACs: try container.decodeIfPresent([MACAddress].self, forKey: .otherMACs) ?? [],
      addresses: try container.decodeIfPresent([IPAddress].self, forKey: .addresses) ?? [],
      names: try container.decodeIfPresent([String].self, forKey: .names) ?? [],
      vendor: try container.decodeIfPresent(String.self, forKey: .vendor),
      kind: try container.decode(DeviceKind.self, forKey: .kind),
      model: try container.decodeIfPresent(String.self, forKey: .model),
      firmware: try container.decodeIfPresent(String.self, forKey: .firmware),
      profile: try container.decodeIfPresent(String.self, forKey: .profile),
      confidence: try container.decode(Double.self, forKey: .confidence),
      evidence: try container.decodeIfPresent([Clue].self, forKey: .evidence) ?? [],
      facts: try container.decodeIfPresent([DeviceFact: String].self, forKey: .facts) ?? [:],
      firstSeen: try container.decodeIfPresent(WallTime.self, forKey: .firstSeen),
      lastSeen: try container.decodeIfPresent(WallTime.self, forKey: .lastSeen),
      services: try container.decode([Service].self, forKey: .services),
      remarks: try container.decodeIfPresent([Remark].self, forKey: .remarks) ?? [])
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encodeIfPresent(mac, forKey: .mac)
    if !otherMACs.isEmpty { try container.encode(otherMACs, forKey: .otherMACs) }
    if !addresses.isEmpty { try container.encode(addresses, forKey: .addresses) }
    if !names.isEmpty { try container.encode(names, forKey: .names) }
    try container.encodeIfPresent(vendor, forKey: .vendor)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(model, forKey: .model)
    try container.encodeIfPresent(firmware, forKey: .firmware)
    try container.encodeIfPresent(profile, forKey: .profile)
    try container.encode(confidence, forKey: .confidence)
    if !evidence.isEmpty { try container.encode(evidence, forKey: .evidence) }
    if !facts.isEmpty { try container.encode(facts, forKey: .facts) }
    try container.encodeIfPresent(firstSeen, forKey: .firstSeen)
    try container.encodeIfPresent(lastSeen, forKey: .lastSeen)
    try container.encode(services, forKey: .services)
    if !remarks.isEmpty { try container.encode(remarks, forKey: .remarks) }
  }
}

extension Device {
  /// Every hardware address it has, and those it had.
  package var macs: [MACAddress] { [mac].compactMap(\.self) + otherMACs }

  /// Whether it is in the report although it was not seen.
  package var isAbsent: Bool { remarks.contains(.absent) }

  /// The device as the ISP sees it by default: what it is and what it offers, not who or where.
  ///
  /// Addresses, names, vendor and every text that came from the device stay on the gateway; `profile`
  /// and the enumerations come from our own closed lists.
  package var atDefaultDetail: Device {
    Device(
      id: id, kind: kind, profile: profile, confidence: confidence, firstSeen: firstSeen, lastSeen: lastSeen,
      services: services.map {
        Service(
          port: $0.port, protocol: $0.protocol, tls: $0.tls, exposure: $0.exposure, needed: $0.needed)
      }, remarks: remarks)
  }
}
