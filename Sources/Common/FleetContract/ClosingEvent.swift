package import Addresses
package import Posture

/// What happened to what is kept closed: `…/evt/closing`.
///
/// By closed lists and the names of keys alone: neither addresses nor who uses the gateway.
package struct ClosingEvent: MessageBody, Hashable {
  package static var kind: String? { "closing" }

  /// The port, as a stranger sees it.
  package struct Closing: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
      case provisional, confirmed, lapsed, undone
    }

    package var id: String
    /// `gateway` for a port of the gateway's addresses, whatever is behind it; `forward` for one of a device that is reached
    /// without translation.
    package var `where`: Command.ClosingOrder.Place
    package var side: ClosingTarget.Side
    /// As in a finding: `tcp/23`.
    package var service: Port
    package var state: State
    /// Words of the plan's closed list.
    package var reasons: [String]?
    /// When the kernel opens it if nothing happens, by the clock of the envelope's time; absent where it does not.
    package var until: WallTime?
  }

  package var event: ClosingChange.Event
  /// Goes up by one with each change on this gateway; told twice, it is the same change.
  package var number: Int64
  /// Absent where all closings are meant.
  package var closing: Closing?
  package var plan: String?
  /// The keys of the operators who did it; absent where somebody at the gateway did, or nobody.
  package var operators: [KeyID]?
  package var checks: [ClosingCheck]?
  /// How many closings were put back, or are left as they are.
  package var count: Int?

  /// Takes over a change, which was at `time`.
  package init(_ change: ClosingChange, at time: WallTime) {
    event = change.event
    number = change.number
    plan = change.plan
    checks = change.checks
    count = change.count
    let keys = (change.initiator ?? "").split(separator: ":").last.map { $0.split(separator: ",") } ?? []
    let names = keys.compactMap { KeyID(String($0)) }
    operators = names.isEmpty ? nil : names
    guard let id = change.id, let target = change.target else { return }
    closing = Closing(
      id: id, where: target.place == .gateway ? .gateway : .forward, side: target.side, service: target.port,
      state: Self.state(after: change.event), reasons: change.reasons,
      until: change.seconds.map { WallTime(milliseconds: time.milliseconds + Int64($0) * 1000) })
  }

  private static func state(after event: ClosingChange.Event) -> Closing.State {
    switch event {
    case .applied, .verified, .reasserted, .alarm: .provisional
    case .confirmed: .confirmed
    case .lapsed: .lapsed
    case .undone, .rolledBack: .undone
    }
  }
}
