import Casework
import FleetContract
import FleetStore
import Posture
import Web

extension DashboardDesk {
  /// What people change with forms.
  func change(_ request: WebRequest, _ visitor: Visitor) throws(Refusal) -> WebReply {
    let form = try form(request, visitor.csrf)
    let parts = request.parts
    guard parts.count == 5, parts[0] == "gateways", parts[2] == "findings" else { throw .status(404) }
    let record = try finding(parts[3], at: parts[1], visitor.access)
    switch parts[4] {
    case "steps": try note(form["step"], form["detail"], on: record, visitor.access)
    case "decision":
      try decide(form["kind"], form["reason"], until: form["until"], on: record, visitor.access)
    case "reopen": try reopen(record, visitor.access)
    default: throw .status(404)
    }
    return .seeOther(FormAddress.path("gateways", record.gateway.text, "findings", record.finding.id))
  }

  /// Notes what was done about a finding; what opens and closes it is what is seen, never what somebody says.
  func note(
    _ step: String?, _ detail: String?, on record: FindingRecord, _ access: Access
  ) throws(Refusal) {
    try demand(.note, access)
    guard let kind = step.flatMap(CaseStep.Kind.init), [.notified, .acknowledged, .acted].contains(kind)
    else {
      throw .status(422)
    }
    let text = ForeignText.cleaned(detail ?? "")
    let now = clock()
    let step = CaseStep(kind, at: now, by: access.name, detail: text.isEmpty ? nil : text)
    let isKnown = try ask {
      let isKnown = try store.note(step, of: record.finding.id, at: record.gateway)
      if isKnown {
        try store.note(
          AuditEntry(
            .noted, at: now, gateway: record.gateway,
            detail: "\(record.finding.id): \(kind.rawValue) by \(access.name)"))
      }
      return isKnown
    }
    guard isKnown else { throw .status(404) }
  }

  /// Accepts or mutes a finding; `until` is the last day in UTC, as 2027-01-31.
  func decide(
    _ kind: String?, _ reason: String?, until: String?, on record: FindingRecord, _ access: Access
  ) throws(Refusal) {
    try demand(.decide, access)
    let now = clock()
    let reason = ForeignText.cleaned(reason ?? "")
    guard let kind = kind.flatMap(Decision.Kind.init), !reason.isEmpty, let day = until,
      day.utf8.count == 10, let end = WallTime(day + "T23:59:59Z"), end > now,
      end.milliseconds - now.milliseconds <= Decision.longest.components.seconds * 1000
    else { throw .status(422) }
    let decision = Decision(
      finding: record.finding.id, kind: kind, by: access.name, reason: reason, made: now, until: end,
      severity: record.finding.severity)
    let isKnown = try ask {
      try store.decide(decision, on: record.finding.id, at: record.gateway, by: access.name, now: now)
    }
    guard isKnown else { throw .status(404) }
  }

  /// Takes back what was accepted or muted.
  func reopen(_ record: FindingRecord, _ access: Access) throws(Refusal) {
    try demand(.decide, access)
    _ = try ask {
      try store.decide(nil, on: record.finding.id, at: record.gateway, by: access.name, now: clock())
    }
  }
}
