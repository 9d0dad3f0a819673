/// A posture in a few numbers: what the ISP sees of a site by default.
package struct PostureSummary: Hashable, Sendable, Codable {
  /// The devices that were seen, and their services.
  package var devices: Int
  package var services: Int
  /// Open findings by severity; a severity without findings is absent.
  ///
  /// Those of a device that was not seen count: nobody has repaired anything by switching it off.
  package var findings: [Severity: Int]
  package var worst: Severity?
  package var grade: Grade
  package var closings: Int
  package var agentVersion: String
  package var scanned: WallTime?
  package var complete: Bool

  package init(of reports: [PostureReport], agentVersion: String) {
    let open = reports.flatMap(\.findings)
    let present = reports.flatMap(\.present)
    self.devices = present.count
    self.services = present.reduce(0) { $0 + $1.services.count }
    self.findings = Dictionary(grouping: open, by: \.severity).mapValues(\.count)
    self.worst = open.map(\.severity).max()
    self.grade = Grade(worst: reports.compactMap(\.worstGraded).max(), scanned: !reports.isEmpty)
    self.closings = 0
    self.agentVersion = agentVersion
    self.scanned = reports.map(\.scan.started).max()
    self.complete = reports.allSatisfy(\.scan.complete)
  }

  private enum CodingKeys: String, CodingKey {
    case devices, services, findings, worst, grade, closings, scanned, complete
    case agentVersion = "agent_version"
  }
}

extension Severity: CodingKeyRepresentable {}

/// The site in one letter, by the worst open finding that counts for it.
package enum Grade: String, Hashable, Sendable, Codable, CaseIterable {
  case a = "A"
  case b = "B"
  case c = "C"
  case d = "D"
  case e = "E"
  /// Nothing was scanned yet: no data is not a failure.
  case unknown

  package init(worst: Severity?, scanned: Bool) {
    guard scanned else {
      self = .unknown
      return
    }
    switch worst {
    case nil, .info: self = .a
    case .low: self = .b
    case .medium: self = .c
    case .high: self = .d
    case .critical: self = .e
    }
  }
}
