import Checks
package import LANScan
import MUD
package import Posture
package import Profiles
import Recognition

/// Turns what a scan saw into what is right and wrong with it.
package enum Judgement {
  /// Names devices by the profiles and judges them by the catalogue of checks.
  ///
  /// `previous` is the last report of the same LAN, which tells for how long things have been so, who is who, and who
  /// is missing.
  /// A clock that is not set tells nothing of what has run out.
  package static func report(
    _ found: Scanner.Findings, profiles: ProfileSet, reference: ReferenceData, previous: PostureReport?,
    isClockSet: Bool
  ) -> PostureReport {
    let known = previous?.devices ?? []
    let continuity = Continuity(
      of: SameDevice.rejoined(found.devices, known: known), after: known, isComplete: found.facts.complete)
    let offering = Heard.kept(of: known, on: continuity.devices).map(\.withMUDURL)
    let clues = reference.clues(on: offering)
    let devices = offering.map { device in
      reference.mud.applied(
        to: Recognition.applied(
          to: device, profiles: profiles, further: (clues[device.id] ?? []) + device.evidence))
    }
    let since = Dictionary((previous?.findings ?? []).map { ($0.id, $0.since) }) { first, _ in first }
    let findings = Checks.judge(
      devices, profiles: profiles, now: isClockSet ? found.facts.started : nil
    )
    .map { finding in
      var finding = finding
      finding.since = since[finding.id] ?? found.facts.started
      return finding
    }
    // What was wrong with a device that stopped answering still is, as far as anybody knows.
    let silent = Set(devices.filter { $0.remarks.contains(.stoppedAnswering) }.map(\.id))
    let ids = Set(findings.map(\.id))
    let kept = (previous?.findings ?? []).filter { silent.contains($0.device) && !ids.contains($0.id) }
    var report = PostureReport(scan: found.facts, devices: devices, findings: findings + kept)
    report.scan.clockSynced = isClockSet
    // What an interrupted scan did not reach is not absent.
    if let previous, found.facts.complete {
      let remembered = Absence.remembered(
        continuity.unseen, of: previous, now: isClockSet ? found.facts.started : nil)
      report.devices += remembered.devices
      report.findings += remembered.findings
    }
    // A posture of before there were baselines was graded by the first catalogue.
    report.baseline = previous.map { $0.baseline ?? 1 }
    return report
  }
}

extension Device {
  /// The device with the MUD URL of its certificate, where neither DHCP nor LLDP told one.
  fileprivate var withMUDURL: Device {
    guard facts[.mudURL] == nil,
      let url = services.lazy.compactMap({ $0.facts[.certificateMUDURL] }).first
    else { return self }
    var device = self
    device.facts[.mudURL] = url
    return device
  }
}

/// What changed between two postures of a site.
package struct PostureChange: Hashable, Sendable {
  package var opened: [Finding]
  package var closed: [Finding]

  /// Compares by the findings' ids.
  ///
  /// A device that stopped answering closes nothing either. An interrupted scan closes nothing: what it did not reach may be
  /// as it was.
  package init(from old: PostureReport?, to new: PostureReport) {
    let before = Set((old?.findings ?? []).map(\.id))
    let after = Set(new.findings.map(\.id))
    opened = new.findings.filter { !before.contains($0.id) }
    let silent = Set(new.devices.filter { $0.remarks.contains(.stoppedAnswering) }.map(\.id))
    closed =
      new.scan.complete
      ? (old?.findings ?? []).filter { !after.contains($0.id) && !silent.contains($0.device) } : []
  }
}
