package import Addresses
package import Posture

/// One thing that a check saw.
package struct Verdict: Hashable, Sendable {
  package var severity: Severity
  /// `nil` where the device as a whole is meant.
  package var service: Port?
  package var evidence: Evidence
  package var remedy: Remedy

  package init(_ severity: Severity, service: Port? = nil, evidence: Evidence = Evidence(), remedy: Remedy) {
    self.severity = severity
    self.service = service
    self.evidence = evidence
    self.remedy = remedy
  }
}
