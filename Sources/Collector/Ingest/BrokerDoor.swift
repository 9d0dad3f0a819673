import Dispatch
import LinuxIO
package import MQTTClient

/// Tries whether the broker lets somebody in now who has no session: resolve, connect, shake hands, CONNACK, and gone.
package struct BrokerDoor: Sendable {
  private let address: BrokerAddress
  private let configuration: MQTTConfiguration

  /// How long the broker has to answer; a gateway waits for longer, but ought not to.
  static let patience: Duration = .seconds(5)
  private static let queue = DispatchQueue(label: "kadomori.door", attributes: .concurrent)

  /// `clientID` is nobody else's: a session under that name ends.
  package init(of address: BrokerAddress, clientID: String, like configuration: MQTTConfiguration) {
    self.address = address
    var own = configuration
    own.clientID = clientID
    own.cleanStart = true
    own.sessionExpiry = .zero
    self.configuration = own
  }

  /// Whether it let us in.
  package func knock() async -> Bool {
    guard let endpoint = try? await address.endpoint() else { return false }
    return await withCheckedContinuation { continuation in
      Self.queue.async { continuation.resume(returning: isOpen(endpoint)) }
    }
  }

  private func isOpen(_ endpoint: MQTTEndpoint) -> Bool {
    guard let session = try? MQTTSession(configuration), (try? session.connect(to: endpoint)) != nil else {
      return false
    }
    defer { _ = session.disconnect() }
    let end = Clocks.sinceBoot + Self.patience
    while Clocks.sinceBoot < end {
      for event in session.turn(milliseconds: 100) {
        switch event {
        case .connected: return true
        case .refused, .disconnected: return false
        default: break
        }
      }
    }
    return false
  }
}
