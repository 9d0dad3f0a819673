import FoundationEssentials
package import Posture

/// What Home Assistant shows of this gateway: numbers and grades, nothing that names a device.
package struct HomeState: Hashable, Sendable, Encodable {
  package var findings: Int
  package var worst: String
  package var grade: String
  package var devices: Int
  /// When the last scan began; absent where there was none, or the clock was not set.
  package var scanned: String?
  /// Whether something is open that should not wait.
  package var attention: Bool

  package init(_ reports: [PostureReport], isClockSet: Bool) {
    let summary = PostureSummary(of: reports, agentVersion: "")
    findings = summary.findings.values.reduce(0, +)
    worst = summary.worst?.rawValue ?? "none"
    grade = summary.grade == .unknown ? "unknown" : summary.grade.rawValue
    devices = summary.devices
    scanned = isClockSet ? summary.scanned?.description : nil
    attention = summary.grade == .d || summary.grade == .e
  }

  package var payload: [UInt8] { HomeDevice.json(self) }
}
