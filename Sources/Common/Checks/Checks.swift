import Addresses
package import Posture
package import Profiles

/// The catalogue of everything that can be wrong, and the judge of a site's devices.
package enum Checks {
  /// Every check, in the order people read them.
  package static let all: [Check] = [
    .telnetOpen, .serialConsole, .adbOpen, .vncAnonymous, .vncOpen, .rdpOpen, .x11Open,
    .ftpAnonymous, .ftpOpen, .tftpOpen, .smbAnonymous, .smbOpen, .mqttAnonymous, .redisAnonymous,
    .memcachedOpen,
    .databaseOpen,
    .snmpPublic,
    .cameraStream, .industrialOpen, .opcUAAnonymous, .medicalOpen, .homeControlOnInternet, .printerRaw,
    .amplifierOpen,
    .oldTestService, .rpcbindOpen, .openResolver, .upnpIGD, .proxyOpen, .addressConflict, .pageWithoutTLS,
    .weakTLS, .weakSSH, .certificateExpired,
    .facilityNamed, .knownBadFirmware, .endOfSupport, .openToInternet,
    .stoppedAnswering, .slowedDown, .acceptsEverything,
  ]

  /// The version of the catalogue; one more with each set of checks that is added.
  package static let version = 3

  package static let ids = Set(all.map(\.id))

  private static let byID = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

  package static subscript(id: String) -> Check? { byID[id] }

  /// Returns the findings of all devices, the worst first, then by device, check and port.
  ///
  /// A device's profile is looked up by its ``Device/profile``; without it, or with too little known of a
  /// service, nothing is assumed to be wrong. Without `now`, nothing is said of what has run out.
  package static func judge(_ devices: [Device], profiles: ProfileSet = ProfileSet(), now: WallTime? = nil)
    -> [Finding]
  {
    let claimants = Claimants(of: devices)
    let findings = devices.flatMap { device in
      judge(
        Subject(
          device: device, profile: device.profile.flatMap { profiles[$0] },
          claimants: claimants.most(of: device), now: now))
    }
    let byID = Dictionary(findings.map { ($0.id, $0) }) { left, right in
      left.severity >= right.severity ? left : right
    }
    return byID.values.sorted(by: isWorse)
  }

  private static func judge(_ subject: Subject) -> [Finding] {
    var findings = all.filter { $0.id != Check.openToInternet.id }.flatMap { check in
      check.verdicts(on: subject).map { finding(check.id, $0, subject) }
    }
    for (check, verdict) in knownBad(subject) {
      let bad = finding(check.id, verdict, subject)
      if let index = findings.firstIndex(where: { $0.id == bad.id }) {
        findings[index].evidence.profile = bad.evidence.profile
      } else {
        findings.append(bad)
      }
    }
    for finding in findings {
      guard let check = self[finding.check] else { continue }
      findings.removeAll { $0.service == finding.service && check.supersedes.contains($0.check) }
    }
    let covered = Set(findings.compactMap(\.service))
    findings += Check.openToInternet.verdicts(on: subject)
      .filter { verdict in verdict.service.map { !covered.contains($0) } ?? true }
      .map { finding(Check.openToInternet.id, $0, subject) }
    return findings
  }

  /// What the profile knows to be bad and sees on this device.
  private static func knownBad(_ subject: Subject) -> [(Check, Verdict)] {
    guard let profile = subject.profile else { return [] }
    return profile.bad.flatMap { bad -> [(Check, Verdict)] in
      guard let check = self[bad.check], let evidence = bad.when.evidence(in: subject.device) else {
        return []
      }
      let ports = evidence.compactMap { item in
        if case .service(let port, _, _) = item { port } else { nil }
      }
      let service = subject.device.services.first { $0.port == ports.first }
      let verdict = Verdict(
        service?.isOnInternet == true ? .critical : check.severity,
        service: service?.port,
        evidence: Evidence(
          protocol: service.flatMap { $0.protocol == .unknown ? nil : $0.protocol }, profile: profile.id),
        remedy: check.remedy)
      return [(check, verdict)]
    }
  }

  private static func finding(_ check: String, _ verdict: Verdict, _ subject: Subject) -> Finding {
    Finding(
      check: check, severity: verdict.severity, device: subject.device.id, service: verdict.service,
      evidence: verdict.evidence, remedy: verdict.remedy.id)
  }

  private static func isWorse(_ left: Finding, _ right: Finding) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.device != right.device { return left.device < right.device }
    if left.check != right.check { return left.check < right.check }
    switch (left.service, right.service) {
    case (let left?, let right?): return left < right
    case (nil, _?): return true
    case (_, nil): return false
    }
  }
}
