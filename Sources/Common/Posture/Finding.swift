package import Addresses

/// The facts behind a finding, each from a closed list: never free text from a device.
package struct Evidence: Hashable, Sendable, Codable {
  package var `protocol`: ServiceProtocol?
  package var tls: Bool?
  /// The firmware profile that says so.
  package var profile: String?
  /// How many devices or addresses are involved, where one alone would be no finding.
  package var count: Int?

  package init(
    protocol: ServiceProtocol? = nil, tls: Bool? = nil, profile: String? = nil, count: Int? = nil
  ) {
    self.protocol = `protocol`
    self.tls = tls
    self.profile = profile
    self.count = count
  }
}

/// One thing that is wrong with one device.
package struct Finding: Hashable, Sendable, Codable {
  /// Stable for the same check, device and service: `CHECK:DEVICE[:PORT]`.
  package var id: String
  package var check: String
  package var severity: Severity
  package var device: String
  package var service: Port?
  package var evidence: Evidence
  /// What to do, as the id of a remedy in the catalogue of checks.
  package var remedy: String
  package var since: WallTime?

  package init(
    check: String, severity: Severity, device: String, service: Port? = nil,
    evidence: Evidence = Evidence(), remedy: String, since: WallTime? = nil
  ) {
    self.id = [check, device, service?.description].compactMap(\.self).joined(separator: ":")
    self.check = check
    self.severity = severity
    self.device = device
    self.service = service
    self.evidence = evidence
    self.remedy = remedy
    self.since = since
  }
}
