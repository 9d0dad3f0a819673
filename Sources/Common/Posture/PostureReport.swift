package import Addresses

/// Everything one scan of one LAN found, at full detail: what `kadomori scan --json` prints.
package struct PostureReport: Hashable, Sendable, Codable {
  package var v: String
  package var scan: ScanFacts
  package var devices: [Device]
  package var findings: [Finding]

  package init(scan: ScanFacts, devices: [Device], findings: [Finding]) {
    self.v = "1.0"
    self.scan = scan
    self.devices = devices
    self.findings = findings
  }
}

/// When, where and how completely a scan looked.
package struct ScanFacts: Hashable, Sendable, Codable {
  package var interface: String
  package var networks: [IPv4Network]
  package var started: WallTime
  package var durationMilliseconds: Int64
  /// Whether the scan reached its end; what was found before an interruption is still valid.
  package var complete: Bool

  package init(
    interface: String, networks: [IPv4Network], started: WallTime, durationMilliseconds: Int64,
    complete: Bool
  ) {
    self.interface = interface
    self.networks = networks
    self.started = started
    self.durationMilliseconds = durationMilliseconds
    self.complete = complete
  }

  private enum CodingKeys: String, CodingKey {
    case interface, networks, started, complete
    case durationMilliseconds = "duration_ms"
  }
}
