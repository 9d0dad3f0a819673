package import Addresses
package import FleetContract
package import Posture

/// A finding that opened or closed, as a tenant may know it: `isp/<tenant>/<gw>/evt/finding`.
///
/// Made field by field of what is allowed: a field that gateways report one day is in none of these by itself.
package struct TenantFinding: Hashable, Sendable, Codable {
  package var v = ContractVersion.current
  package var kind = "isp-finding"
  package var gateway: GatewayID
  /// The record's number at its gateway: whoever hears one twice knows it by this.
  package var seq: Int64
  package var time: WallTime
  package var event: FindingEvent.Change
  package var finding: Facts

  package struct Facts: Hashable, Sendable, Codable {
    package var id: String
    package var check: String
    package var severity: Severity
    /// What kind of device it is about, as far as the gateway tells.
    package var deviceKind: DeviceKind?
    package var service: Port?
    package var since: WallTime?
    /// How far the finding is, as the store knows it.
    package var stage: String?

    private enum CodingKeys: String, CodingKey {
      case id, check, severity, service, since, stage
      case deviceKind = "device_kind"
    }
  }

  /// `nil` where the finding's check or device is no plain word: then a name might be in it.
  package init?(
    _ change: FindingEvent.Change, _ finding: Finding, of gateway: GatewayID, seq: Int64, time: WallTime,
    deviceKind: DeviceKind?, stage: String?
  ) {
    let id = [finding.check, finding.device, finding.service?.description].compactMap(\.self)
      .joined(separator: ":")
    guard PlainWord.isCheck(finding.check), PlainWord.isDevice(finding.device), finding.id == id else {
      return nil
    }
    self.gateway = gateway
    self.seq = seq
    self.time = time
    self.event = change
    self.finding = Facts(
      id: id, check: finding.check, severity: finding.severity, deviceKind: deviceKind,
      service: finding.service, since: finding.since, stage: stage)
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }
  package var contentType: String { "application/vnd.kadomori.\(kind)+json;v=\(v.major)" }
}

/// A site in a few numbers, as a tenant may know it: `isp/<tenant>/<gw>/posture`.
package struct TenantPosture: Hashable, Sendable, Codable {
  package var v = ContractVersion.current
  package var kind = "isp-posture"
  package var gateway: GatewayID
  package var time: WallTime
  /// Open findings by severity; a severity without findings is absent.
  package var findings: [Severity: Int]
  package var worst: Severity?
  package var grade: Grade
  package var agentVersion: String?

  /// A version that is no plain word is left out.
  package init(
    of gateway: GatewayID, time: WallTime, findings: [Severity: Int], grade: Grade, agentVersion: String
  ) {
    self.gateway = gateway
    self.time = time
    self.findings = findings.filter { $0.value > 0 }
    self.worst = self.findings.keys.max()
    self.grade = grade
    self.agentVersion = PlainWord.isVersion(agentVersion) ? agentVersion : nil
  }

  private enum CodingKeys: String, CodingKey {
    case v, kind, gateway, time, findings, worst, grade
    case agentVersion = "agent_version"
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }
  package var contentType: String { "application/vnd.kadomori.\(kind)+json;v=\(v.major)" }
}

/// Whether a gateway is there, as a tenant may know it: `isp/<tenant>/<gw>/status`.
package struct TenantStatus: Hashable, Sendable, Codable {
  package var v = ContractVersion.current
  package var kind = "isp-status"
  package var gateway: GatewayID
  package var online: Bool
  package var since: WallTime?

  package init(of gateway: GatewayID, online: Bool, since: WallTime?) {
    self.gateway = gateway
    self.online = online
    self.since = since
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }
  package var contentType: String { "application/vnd.kadomori.\(kind)+json;v=\(v.major)" }
}

/// Words in which no name of a person or a device, no address and no text fits.
private enum PlainWord {
  /// As the catalogue's: small letters, digits and '-'.
  static func isCheck(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isSmallOrDigit($0) || $0 == 0x2d }
  }

  /// `dev-` and the token that a gateway makes of an identity and a secret of its own, or that of the gateway itself.
  static func isDevice(_ text: String) -> Bool {
    guard text.hasPrefix("dev-") else { return GatewayID(text) != nil }
    let token = text.utf8.dropFirst(4)
    return (1...32).contains(token.count) && token.allSatisfy(isSmallOrDigit)
  }

  static func isVersion(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.first.map { (0x30...0x39).contains($0) } == true
      && text.utf8.allSatisfy { isSmallOrDigit($0) || [0x2b, 0x2d, 0x2e, 0x7e].contains($0) }
  }

  private static func isSmallOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
}
