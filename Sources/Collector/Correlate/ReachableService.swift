package import FleetContract
package import Posture
package import Sightings

/// A service that was open when somebody outside looked last, whose it is, and what its gateway finds wrong with it.
package struct ReachableService: Hashable, Sendable {
  package var gateway: GatewayID
  /// The group its gateway enrolled for; `nil` for one that never enrolled.
  package var group: String?
  package var sighting: Sighting
  /// The worst open finding about that port; `nil` where the gateway has none.
  package var finding: Finding?
  /// The kind of the device that finding is about.
  package var kind: DeviceKind?

  package init(
    gateway: GatewayID, group: String?, sighting: Sighting, finding: Finding? = nil, kind: DeviceKind? = nil
  ) {
    self.gateway = gateway
    self.group = group
    self.sighting = sighting
    self.finding = finding
    self.kind = kind
  }

  /// What the gateway says, else what such a service is worth by its protocol.
  ///
  /// The latter follows the Shadowserver Foundation's reports: what anybody can command is critical, what amplifies or
  /// belongs to a plant is high.
  package var severity: Severity {
    if let finding { return finding.severity }
    switch sighting.protocol {
    case .adb: return .critical
    case .snmp, .ssdp, .modbus, .bacnet, .s7comm, .iec104, .dnp3, .fox, .opcUA, .ethernetIP, .hartIP, .fins,
      .melsec, .knx, .chargen, .ntp, .memcached, .rdp, .smb:
      return .high
    case .ssh, .http: return .info
    default: return .medium
    }
  }
}
