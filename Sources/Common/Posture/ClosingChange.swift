/// One thing that happened to what is kept closed, as the gateway's firewall helper noted it.
package struct ClosingChange: Hashable, Sendable, Codable {
  package enum Event: String, Hashable, Sendable, Codable, CaseIterable {
    /// Closed on trial.
    case applied
    /// What the gateway lives by was tried afterwards with new connections, and was reached.
    case verified
    case confirmed
    /// The trial ended without a confirmation, and the kernel opened the port.
    case lapsed
    /// Somebody opened it.
    case undone
    /// It was opened at once, because something was not reached any more.
    case rolledBack = "rolled_back"
    /// Others had removed closings, and they were put back.
    case reasserted
    /// Others remove closings again and again, so they are left as they are.
    case alarm
  }

  /// The numbers of a gateway's changes go up by one.
  package var number: Int64
  package var event: Event
  /// When it was, by a clock that may be wrong; and by the start of the machine and the milliseconds since then.
  package var time: WallTime
  package var bootID: String
  package var uptimeMilliseconds: Int64
  /// The closing; absent where all of them are meant.
  package var id: String?
  package var plan: String?
  package var target: ClosingTarget?
  /// Who did it, as ``initiator`` of a closing; absent for what happened by itself.
  package var initiator: String?
  /// Why it was closed: words of the plan's closed list.
  package var reasons: [String]?
  /// Time until the kernel opens it if nothing happens, in seconds; absent where it does not, or is open.
  package var seconds: Int?
  /// What was tried.
  package var checks: [ClosingCheck]?
  /// How many closings were put back, or are left as they are.
  package var count: Int?

  package init(
    _ event: Event, number: Int64 = 0, time: WallTime = WallTime(milliseconds: 0), bootID: String = "",
    uptimeMilliseconds: Int64 = 0, id: String? = nil, plan: String? = nil, target: ClosingTarget? = nil,
    initiator: String? = nil, reasons: [String]? = nil, seconds: Int? = nil,
    checks: [ClosingCheck]? = nil, count: Int? = nil
  ) {
    self.event = event
    self.number = number
    self.time = time
    self.bootID = bootID
    self.uptimeMilliseconds = uptimeMilliseconds
    self.id = id
    self.plan = plan
    self.target = target
    self.initiator = initiator
    self.reasons = reasons
    self.seconds = seconds
    self.checks = checks
    self.count = count
  }

  private enum CodingKeys: String, CodingKey {
    case number, event, time, id, plan, target, initiator, reasons, checks, count
    case bootID = "boot_id"
    case uptimeMilliseconds = "uptime_ms"
    case seconds = "left_s"
  }
}

extension ClosingChange {
  /// The closings that are on trial or confirmed after all these changes, by their ids.
  package static func open(_ changes: [ClosingChange]) -> [String: ClosingChange] {
    var open: [String: ClosingChange] = [:]
    for change in changes {
      guard let id = change.id else { continue }
      switch change.event {
      case .applied, .confirmed: open[id] = change
      case .lapsed, .undone, .rolledBack: open[id] = nil
      case .verified, .reasserted, .alarm: break
      }
    }
    return open
  }
}

/// What became of one connection that was tried before and after closing.
package struct ClosingCheck: Hashable, Sendable, Codable {
  /// What is tried.
  package enum Subject: String, Hashable, Sendable, Codable, CaseIterable {
    /// The router of the provider answers on its link.
    case gateway
    /// One of the name servers answers.
    case dns
    /// The broker takes a connection.
    case broker
    /// What whoever typed the command is connected to takes a connection; the closings let its peer pass.
    case session
  }

  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case reached, lost
    /// There is nothing of the kind here.
    case absent
    /// It was not reached before closing either, so that it says nothing of the closing.
    case down
  }

  package var subject: Subject
  package var outcome: Outcome

  package init(_ subject: Subject, _ outcome: Outcome) {
    self.subject = subject
    self.outcome = outcome
  }
}
