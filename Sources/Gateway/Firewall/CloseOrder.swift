package import Posture

/// What is to be closed for a while, and what stays open whatever happens.
package struct CloseOrder: Hashable, Sendable, Codable {
  package struct Entry: Hashable, Sendable, Codable {
    package var id: String
    package var target: ClosingTarget
    /// Words of the plan's closed list, for whoever asks later why.
    package var reasons: [String]?

    package init(id: String, target: ClosingTarget, reasons: [String]? = nil) {
      self.id = id
      self.target = target
      self.reasons = reasons
    }
  }

  /// How long a trial may last, in seconds.
  package static let bounds = 5...3600

  package var plan: String
  /// The start of the machine at which the plan was made.
  package var bootID: String
  package var entries: [Entry]
  package var seconds: Int
  package var sides: Sides
  /// The caller's own connection, which stays exempt for an hour.
  package var session: SSHSession?
  /// Whether connections that stand are ended too.
  package var cutsFlows: Bool
  /// The keys of the operators who signed it; absent where somebody at the gateway asks.
  package var operators: [String]?

  package init(
    plan: String, bootID: String, entries: [Entry], seconds: Int, sides: Sides, session: SSHSession?,
    cutsFlows: Bool, operators: [String]? = nil
  ) {
    self.plan = plan
    self.bootID = bootID
    self.entries = entries
    self.seconds = seconds
    self.sides = sides
    self.session = session
    self.cutsFlows = cutsFlows
    self.operators = operators
  }

  private enum CodingKeys: String, CodingKey {
    case plan, entries, seconds, sides, session, operators
    case bootID = "boot_id"
    case cutsFlows = "cuts_flows"
  }

  /// Throws what is wrong with it before anything is changed.
  func check(bootID: String) throws(FirewallError) {
    guard Closing.isName(plan, prefix: "plan-") else { throw FirewallError(.refused, "'\(plan)' is no plan") }
    guard self.bootID == bootID else {
      throw FirewallError(
        .refused, "\(plan) was made before the machine was started; make a new one with 'kadomori plan'")
    }
    guard Self.bounds.contains(seconds) else {
      throw FirewallError(
        .refused,
        "a trial lasts \(Self.bounds.lowerBound) to \(Self.bounds.upperBound) seconds, not \(seconds)")
    }
    if let fault = sides.fault { throw FirewallError(.refused, fault) }
    guard !entries.isEmpty else { throw FirewallError(.refused, "there is nothing to close") }
    for entry in entries {
      guard Closing.isName(entry.id, prefix: "cl-") else {
        throw FirewallError(.refused, "'\(entry.id)' is no closing")
      }
      guard Closing.areWords(entry.reasons ?? []) else {
        throw FirewallError(.refused, "the reasons of \(entry.id) are none of a plan")
      }
      if let veto = entry.target.veto {
        throw FirewallError(.refused, "\(entry.id) is never closed: \(veto)")
      }
      if (entry.target.side == .wan ? sides.wan : sides.lan).isEmpty {
        throw FirewallError(
          .unavailable,
          "no interface of this gateway is known to lead to the \(entry.target.side.rawValue) side; "
            + "name the LAN in kadomori.yaml, and see 'ip route'")
      }
    }
  }
}
