import Posture
import Wording

extension Check {
  /// Whether a need speaks a service free.
  enum Excuse {
    /// Bad even if the device needs it; then the remedy is to limit who reaches it.
    case never
    /// No finding where a profile needs it from everywhere it can be reached.
    case whenNeeded
  }

  /// A check of single services.
  ///
  /// Inside the house the check's own severity and remedy count; what the Internet reaches has
  /// `onInternet` as its severity, and to take it off the Internet as its remedy. With `isOncePerDevice`
  /// only the worst is told, where several services are one and the same function.
  static func service(
    _ id: String, _ severity: Severity, onInternet: Severity, excuse: Excuse = .whenNeeded,
    title: LocalizedText, reason: LocalizedText, remedy: Remedy, references: [String] = [],
    supersedes: Set<String> = [], isOncePerDevice: Bool = false,
    where applies: @escaping @Sendable (Service, Subject) -> Bool
  ) -> Check {
    Check(
      id, severity, title: title, reason: reason, remedy: remedy, references: references,
      supersedes: supersedes
    ) { subject in
      let verdicts = subject.device.services.sorted { $0.port < $1.port }.compactMap { service -> Verdict? in
        guard applies(service, subject) else { return nil }
        if excuse == .whenNeeded, subject.needs(service) { return nil }
        return verdict(on: service, subject, severity, onInternet, remedy)
      }
      guard isOncePerDevice, let worst = verdicts.map(\.severity).max() else { return verdicts }
      return verdicts.first { $0.severity == worst }.map { [$0] } ?? []
    }
  }

  /// A check of services that speak one of some protocols.
  static func speaking(
    _ protocols: Set<ServiceProtocol>, _ id: String, _ severity: Severity, onInternet: Severity,
    excuse: Excuse = .whenNeeded, title: LocalizedText, reason: LocalizedText, remedy: Remedy,
    references: [String] = []
  ) -> Check {
    service(
      id, severity, onInternet: onInternet, excuse: excuse, title: title, reason: reason, remedy: remedy,
      references: references
    ) { service, _ in protocols.contains(service.protocol) }
  }

  static func verdict(
    on service: Service, _ subject: Subject, _ severity: Severity, _ onInternet: Severity, _ remedy: Remedy
  ) -> Verdict {
    let inside: Remedy = remedy == .turnOff && subject.uses(service) ? .limitToPartner : remedy
    return Verdict(
      service.isOnInternet ? onInternet : severity, service: service.port,
      evidence: Evidence(
        protocol: service.protocol == .unknown ? nil : service.protocol, tls: service.tls ? true : nil),
      remedy: service.isOnInternet ? .takeOffInternet : inside)
  }
}
