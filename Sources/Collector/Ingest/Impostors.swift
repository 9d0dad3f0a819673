import FleetContract
import FleetStore
import LinuxIO
import Posture
import Synchronization

/// Notes in the audit which gateway's messages named another gateway, within bounds.
///
/// The topic is the certificate's word, by the broker's list of rights; the envelope is the gateway's own.
final class Impostors: Sendable {
  /// Lines a minute, and one for each gateway.
  private static let linesPerMinute = 60

  private let minute = Mutex<(told: Set<GatewayID>, ends: Duration)>(([], .zero))

  /// Writes a line for each gateway that is found for the first time in this minute.
  func note(_ messages: [SetAside], in store: FleetStore) {
    for message in messages where message.reason == Self.reason {
      guard case .gateway(let gateway, _)? = Topic(message.topic), isNews(gateway) else { continue }
      // What is lost here is still among the messages set aside.
      try? store.note(
        AuditEntry(
          .denied, at: message.received, gateway: gateway, detail: "\(message.topic): \(message.detail)"))
    }
  }

  private static let reason = Rejection.foreignGateway(claimed: "").code

  private func isNews(_ gateway: GatewayID) -> Bool {
    let now = Clocks.sinceBoot
    return minute.withLock { minute in
      if now >= minute.ends { minute = ([], now + .seconds(60)) }
      return minute.told.count < Self.linesPerMinute && minute.told.insert(gateway).inserted
    }
  }
}
