package import Addresses

/// Everything one scan of one LAN found, at full detail: what `kadomori scan --json` prints.
package struct PostureReport: Hashable, Sendable, Codable {
  package var v: String
  package var scan: ScanFacts
  package var devices: [Device]
  package var findings: [Finding]
  /// The decisions that cover some of the findings.
  package var decisions: [Decision] = []
  /// The version of the catalogue of checks that the site's grade is measured by.
  package var baseline: Int?
  /// The ids of findings that do not count for the grade: decided ones, and those of checks newer than the baseline.
  package var ungraded: [String] = []

  package init(scan: ScanFacts, devices: [Device], findings: [Finding]) {
    self.v = "1.0"
    self.scan = scan
    self.devices = devices
    self.findings = findings
  }

  /// The devices that were seen; the others are remembered.
  package var present: [Device] { devices.filter { !$0.isAbsent } }

  /// The worst of what counts for the grade.
  package var worstGraded: Severity? {
    let left = Set(ungraded)
    return findings.filter { !left.contains($0.id) }.map(\.severity).max()
  }

  private enum CodingKeys: String, CodingKey {
    case v, scan, devices, findings, decisions, baseline, ungraded
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    v = try container.decode(String.self, forKey: .v)
    scan = try container.decode(ScanFacts.self, forKey: .scan)
    devices = try container.decode([Device].self, forKey: .devices)
    findings = try container.decode([Finding].self, forKey: .findings)
    decisions = try container.decodeIfPresent([Decision].self, forKey: .decisions) ?? []
    baseline = try container.decodeIfPresent(Int.self, forKey: .baseline)
    ungraded = try container.decodeIfPresent([String].self, forKey: .ungraded) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(v, forKey: .v)
    try container.encode(scan, forKey: .scan)
    try container.encode(devices, forKey: .devices)
    try container.encode(findings, forKey: .findings)
    if !decisions.isEmpty { try container.encode(decisions, forKey: .decisions) }
    try container.encodeIfPresent(baseline, forKey: .baseline)
    if !ungraded.isEmpty { try container.encode(ungraded, forKey: .ungraded) }
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
  /// Whether the kernel held the clock synchronised when the scan was judged; `nil` where that is not known.
  package var clockSynced: Bool?

  package init(
    interface: String, networks: [IPv4Network], started: WallTime, durationMilliseconds: Int64,
    complete: Bool, clockSynced: Bool? = nil
  ) {
    self.interface = interface
    self.networks = networks
    self.started = started
    self.durationMilliseconds = durationMilliseconds
    self.complete = complete
    self.clockSynced = clockSynced
  }

  private enum CodingKeys: String, CodingKey {
    case interface, networks, started, complete
    case durationMilliseconds = "duration_ms"
    case clockSynced = "clock_synced"
  }
}
