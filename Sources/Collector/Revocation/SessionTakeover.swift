import Dispatch
import FleetContract
import LinuxIO
import MQTTClient

/// Ends somebody's session at a broker: connects under the same name, which ends the other, and leaves nothing behind.
struct SessionTakeover: Sendable {
  var endpoint: MQTTEndpoint
  var security: MQTTSecurity
  var gateway: GatewayID

  /// How long the broker has to answer.
  static let patience: Duration = .seconds(5)
  private static let queue = DispatchQueue(label: "kadomori.takeover")

  /// Why it did not work; `nil` where the session is over.
  func problem() async -> String? {
    await withCheckedContinuation { continuation in
      Self.queue.async { continuation.resume(returning: takeOver()) }
    }
  }

  private func takeOver() -> String? {
    do throws(MQTTError) {
      // A clean start throws away what waited for the other; nothing outlives the connection.
      let session = try MQTTSession(
        MQTTConfiguration(
          clientID: gateway.text, cleanStart: true, sessionExpiry: .zero, security: security))
      try session.connect(to: endpoint)
      let end = Clocks.sinceBoot + Self.patience
      while Clocks.sinceBoot < end {
        for event in session.turn(milliseconds: 100) {
          switch event {
          case .connected:
            _ = session.disconnect()
            return nil
          case .refused(let reason, _): return "the broker refused: \(reason)"
          case .disconnected(let error): return error.description
          default: break
          }
        }
      }
      return "the broker does not answer"
    } catch {
      return error.description
    }
  }
}
