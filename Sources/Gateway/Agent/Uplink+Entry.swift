package import FleetContract
package import MQTTClient
package import Stagger

extension Uplink {
  /// When a gateway may go on line, and what became of that before.
  package struct Entry {
    package var policy = ReconnectPolicy()
    package var kind = GatewayClass.normal
    /// The gateway's place in the window of an epoch.
    package var place: (_ epoch: UInt64) -> Slot = { _ in Slot(bits: 0) }
    /// Where policies go that come; `nil` for a gateway that belongs to no group.
    package var desk: PolicyDesk?
    /// Where bundles of profiles go that come; `nil` for a gateway that belongs to no group.
    package var bundles: ProfileDesk?
    /// Where notes of the collector go.
    package var noted: (TopicName, [UInt8]) -> Void = { _, _ in }
    package var powerLost = false
    /// What the first message of the first session gives as its cause.
    package var cause = StatusCause.start
    /// When the hold began that goes on; `nil` where none does.
    package var holdBegan: Duration?
    package var failures = 0
    /// Brings to the disk what a restart should go on with.
    package var keep: (Reconnection.Kept) -> Void = { _ in }

    package init() {}

    func reconnection(_ plain: RetryDelay) -> Reconnection {
      Reconnection(
        policy: policy, slot: place(policy.epoch), kind: kind, plain: plain, failures: failures)
    }
  }
}

extension ConnectFailure {
  /// What an answer to CONNECT means for the next attempt.
  package init(_ reason: MQTTReason) {
    // 0x9C and 0x9D name another server; none is named in a signed configuration, so none is followed.
    let isBusy = reason.asksForPatience || reason.code == 0x9c || reason.code == 0x9d
    self = isBusy ? .busy : reason.deniesUs ? .credentials : .unreachable
  }

  /// What the end of a connection means for the next attempt.
  package init(_ error: MQTTError) {
    self =
      switch error.code {
      case .broker(let reason): ConnectFailure(reason)
      case .tls: .tls
      case .network where error.isLocal: .nowhere
      default: .unreachable
      }
  }
}

extension Reconnection.Plan {
  /// What the log says of a hold.
  func announcement(now: Duration) -> String {
    let seconds = max(0, (at - now) / .milliseconds(1)) / 1000
    let (minutes, rest) = (Int(seconds) / 60, Int(seconds) % 60)
    let time = minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
    let spread = reason == .powerRestoration ? "power-restoration spread" : "spread after an outage"
    return "connecting in \(time) (\(spread)); 'kadomori connect --now' does not wait"
  }
}
