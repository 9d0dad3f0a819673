/// What whoever is responsible for a site decided about a finding; stays on the gateway.
package struct Decision: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The risk is known and taken.
    case accepted
    /// It is not true here, or not worth telling.
    case muted
  }

  /// The id of the finding.
  package var finding: String
  package var kind: Kind
  /// Who decided, and why: text of people, cleaned and cut to ``textLimit``.
  package var by: String
  package var reason: String
  package var made: WallTime
  package var until: WallTime
  /// How bad the finding was then.
  package var severity: Severity

  /// Unicode scalars.
  package static let textLimit = 160
  /// No decision lasts longer: people move on, and devices change.
  package static let longest: Duration = .seconds(366 * 86_400)

  package init(
    finding: String, kind: Kind, by: String, reason: String, made: WallTime, until: WallTime,
    severity: Severity
  ) {
    self.finding = finding
    self.kind = kind
    self.by = by
    self.reason = reason
    self.made = made
    self.until = until
    self.severity = severity
  }

  /// Whether it still covers a finding: not past its end, and not for something that has become worse.
  package func covers(_ found: Finding, at now: WallTime) -> Bool {
    found.id == finding && now < until && found.severity <= severity
  }
}
