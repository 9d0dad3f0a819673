package import Addresses
package import Posture

/// One thing that happened at this gateway.
package struct AgentEvent: Hashable, Sendable, Codable {
  /// What it happened to.
  package enum Subject: String, Hashable, Sendable, Codable, CaseIterable {
    case agent, configuration, scan, device, finding, closing, command, page
  }

  package var time: WallTime
  /// Whether `time` can be believed.
  package var clockSynced: Bool
  /// The start of the machine, and the milliseconds since.
  package var bootID: String
  package var uptimeMilliseconds: Int64
  package var subject: Subject
  /// A word of a closed list of each subject: `started`, `appeared`, `opened`, `applied`, `paired` and so on.
  package var what: String
  package var interface: String?
  package var device: String?
  package var address: IPAddress?
  package var kind: DeviceKind?
  /// The id of a check.
  package var check: String?
  package var severity: Severity?
  package var port: Port?
  /// The id of a finding, a closing, or a command.
  package var id: String?
  /// The number that the firewall's helper gave a change.
  package var number: Int64?
  /// Why: a word of a closed list, or of a failure its text.
  package var reason: String?
  /// How many more there were of the same, which are not listed.
  package var count: Int?

  package init(_ subject: Subject, _ what: String) {
    time = WallTime(milliseconds: 0)
    clockSynced = false
    bootID = ""
    uptimeMilliseconds = 0
    self.subject = subject
    self.what = what
  }

  private enum CodingKeys: String, CodingKey {
    case time, subject, what, interface, device, address, kind, check, severity, port, id, number, reason,
      count
    case clockSynced = "clock_synced"
    case bootID = "boot_id"
    case uptimeMilliseconds = "uptime_ms"
  }
}

extension AgentEvent {
  /// What became of a device.
  package init(_ change: DeviceChange, _ device: Device?) {
    self.init(.device, change.event.rawValue)
    self.device = change.device
    port = change.service
    address = device?.addresses.first
    kind = device?.kind ?? change.after?.kind ?? change.before?.kind
  }

  /// What was found, or is no longer.
  package init(_ what: String, _ finding: Finding, _ device: Device?) {
    self.init(.finding, what)
    id = finding.id
    check = finding.check
    severity = finding.severity
    port = finding.service
    self.device = finding.device
    address = device?.addresses.first
    kind = device?.kind
  }

  /// What happened to what is kept closed, as of when it happened.
  package init(_ change: ClosingChange) {
    self.init(.closing, change.event.rawValue)
    (time, bootID, uptimeMilliseconds) = (change.time, change.bootID, change.uptimeMilliseconds)
    id = change.id
    port = change.target?.port
    number = change.number
    count = change.count
    if case .device(let place)? = change.target?.place { address = place }
  }
}
