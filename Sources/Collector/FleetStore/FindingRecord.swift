package import Casework
package import FleetContract
package import Posture

/// One finding of one gateway with its life.
package struct FindingRecord: Sendable {
  package var gateway: GatewayID
  /// The group its gateway enrolled for.
  package var group: String?
  package var finding: Finding
  /// What kind of device it is about, as far as the gateway tells.
  package var kind: DeviceKind?
  package var isOpen: Bool
  /// `nil` for one that was closed before anybody kept its life.
  package var life: FindingCase?
  package var steps: [CaseStep]
  package var decision: Decision?
  /// What was seen from outside of closings of its port; filled where one finding is shown.
  package var closings: [ClosingLook] = []

  package init(
    gateway: GatewayID, group: String? = nil, finding: Finding, kind: DeviceKind? = nil, isOpen: Bool,
    life: FindingCase?, steps: [CaseStep], decision: Decision? = nil
  ) {
    self.gateway = gateway
    self.group = group
    self.finding = finding
    self.kind = kind
    self.isOpen = isOpen
    self.life = life
    self.steps = steps
    self.decision = decision
  }

  /// Whether a facility's name stands where attackers look first: these go before all others.
  package var namesFacility: Bool { finding.check == "facility-named-page" }

  /// Whether a decision covers it now.
  package func isDecided(at now: WallTime) -> Bool { decision?.covers(finding, at: now) == true }

  /// Whether nothing is to be done about it: closed on both sides, as what a gateway no longer finds may still be open
  /// outside, or decided.
  package func isOver(at now: WallTime) -> Bool {
    !isOpen && life?.isClosed != false || isDecided(at: now)
  }

  /// Facilities first, then the worst, then what has waited longest.
  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.namesFacility != right.namesFacility { return left.namesFacility }
    if left.finding.severity != right.finding.severity {
      return left.finding.severity > right.finding.severity
    }
    let (first, second) = (left.life?.present.detected, right.life?.present.detected)
    if first != second { return first ?? .distantPast < second ?? .distantPast }
    return (left.gateway, left.finding.id) < (right.gateway, right.finding.id)
  }
}

extension WallTime {
  fileprivate static let distantPast = WallTime(milliseconds: .min)
}

extension FindingRecord: Encodable {
  private enum CodingKeys: String, CodingKey {
    case gateway, group, finding, kind, open, life, steps, decision, closings
    case namesFacility = "names_facility"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gateway, forKey: .gateway)
    try container.encodeIfPresent(group, forKey: .group)
    try container.encode(finding, forKey: .finding)
    try container.encodeIfPresent(kind, forKey: .kind)
    try container.encode(isOpen, forKey: .open)
    try container.encodeIfPresent(life, forKey: .life)
    if !steps.isEmpty { try container.encode(steps, forKey: .steps) }
    try container.encodeIfPresent(decision, forKey: .decision)
    if !closings.isEmpty { try container.encode(closings, forKey: .closings) }
    if namesFacility { try container.encode(true, forKey: .namesFacility) }
  }
}

/// Which findings are asked for; everything absent asks for all.
package struct FindingQuery: Hashable, Sendable {
  package var gateway: GatewayID?
  package var id: String?
  /// Gateways of these groups alone; empty for none at all.
  package var groups: [String]?

  package init(gateway: GatewayID? = nil, id: String? = nil, groups: [String]? = nil) {
    self.gateway = gateway
    self.id = id
    self.groups = groups
  }
}
