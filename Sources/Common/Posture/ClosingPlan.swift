/// What could be closed, each with its reasons: made at one moment, and worth nothing a day later.
package struct ClosingPlan: Hashable, Sendable, Codable {
  /// What is advised for one port.
  package enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// Close it, provisionally, at once.
    case now
    /// Close it when nobody has used it for the time of learning.
    case afterLearning = "after_learning"
    /// Somebody who knows the site has to decide.
    case ask
    /// Not to be closed unless a person names it and takes the risk.
    case never
  }

  package struct Entry: Hashable, Sendable, Codable {
    /// The same for the same target in every plan.
    package var id: String
    package var target: ClosingTarget
    package var verdict: Verdict
    /// Words of a closed list, each with its text in both languages: see the room that makes the plan.
    package var reasons: [String]
    /// Who owns the port: a systemd unit, a package, a container, a device's name; for readers at the gateway only.
    package var owner: String?
    /// Connections that stand now and would not be cut.
    package var flows: Int

    package init(
      id: String, target: ClosingTarget, verdict: Verdict, reasons: [String], owner: String? = nil,
      flows: Int = 0
    ) {
      self.id = id
      self.target = target
      self.verdict = verdict
      self.reasons = reasons
      self.owner = owner
      self.flows = flows
    }
  }

  package var v = "1.0"
  package var id: String
  package var made: WallTime
  /// Milliseconds since the machine started, and which start that was: the wall clock may be wrong.
  package var uptimeMilliseconds: Int64
  package var bootID: String
  package var entries: [Entry]

  package init(
    id: String, made: WallTime, uptimeMilliseconds: Int64, bootID: String, entries: [Entry]
  ) {
    self.id = id
    self.made = made
    self.uptimeMilliseconds = uptimeMilliseconds
    self.bootID = bootID
    self.entries = entries
  }

  private enum CodingKeys: String, CodingKey {
    case v, id, made, entries
    case uptimeMilliseconds = "uptime_ms"
    case bootID = "boot_id"
  }
}
