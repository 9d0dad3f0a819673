package import Addresses
import Exposures
import FleetContract
import Glibc
import LinuxIO
import MQTTClient

/// The steps from the broker's port to the collector, tried with one connection of its own beside the agent's.
package struct BrokerDiagnosis {
  /// How long each step is waited for.
  private static let patience: Duration = .seconds(5)
  /// How long a collector's retained word may take after the subscription stands.
  private static let wordPatience: Duration = .seconds(1)

  private static let attempts = 4

  private let target: BrokerTarget
  private let endpoint: Endpoint

  package init(_ target: BrokerTarget, at address: IPAddress) {
    self.target = target
    endpoint = Endpoint(address, target.port)
  }

  /// The steps where there is nothing to try, or nothing can be.
  package static func untried(_ outcome: NetStep.Outcome, _ cause: NetCause) -> [NetStep] {
    [.broker, .tls, .mqtt, .rights, .collector].map { NetStep($0, outcome, cause) }
  }

  /// Whether an address is on a link of this machine, so that no router is needed.
  package static func isNear(_ address: IPAddress) -> Bool {
    if case .v4(let own) = address, own.bits >> 24 == 127 { return true }
    if case .v6(let own) = address, own.bits == 1 { return true }
    let network = (try? GatewayNetwork.current(lans: [])) ?? GatewayNetwork(wan: [], lan: [])
    return (network.wan + network.others).contains { $0.reaches(address) }
  }

  package func run() -> [NetStep] {
    var steps = [connection()]
    guard steps[0].outcome == .ok else { return Self.completed(steps, .notTried, .earlier) }
    steps += session()
    return Self.completed(steps, .notTried, .earlier)
  }

  /// Adds the steps that are missing.
  private static func completed(
    _ steps: [NetStep], _ outcome: NetStep.Outcome, _ cause: NetCause
  ) -> [NetStep] {
    steps + untried(outcome, cause).filter { missing in !steps.contains { $0.step == missing.step } }
  }

  private var place: String {
    target.host == endpoint.address.description ? "\(endpoint)" : "\(target.host) (\(endpoint))"
  }

  /// Whether the port takes a connection.
  private func connection() -> NetStep {
    do throws(SystemError) {
      let descriptor = try TCPStream.connect(to: endpoint)
      guard
        Waiting.ready(descriptor.number, for: POLLOUT, milliseconds: Self.patience.milliseconds) != 0
      else { return .failed(.broker, .silent, place) }
      if let problem = TCPStream.problem(of: descriptor, to: endpoint) { throw problem }
      return NetStep(.broker, .ok, detail: place)
    } catch {
      let cause: NetCause =
        error.code == ECONNREFUSED ? .refused : error.code == ETIMEDOUT ? .silent : .unreachable
      return .failed(.broker, cause, "\(place): \(error.reason)")
    }
  }

  /// TLS, CONNECT, rights and collector; ends with the one that failed.
  private func session() -> [NetStep] {
    let plain = target.security == nil ? [NetStep(.tls, .notNeeded, .plain)] : []
    var trial = SessionTrial(target, endpoint)
    var end = SessionTrial.End.silent
    do throws(MQTTError) {
      for _ in 0..<Self.attempts {
        end = try trial.open(within: Self.patience)
        // What the other side says against a certificate is lost when its end of the connection comes first.
        guard target.security != nil, case .ended(let error) = end, error.code != .tls else { break }
      }
    } catch {
      return plain + [.failed(target.security == nil ? .mqtt : .tls, .files, "\(error)")]
    }
    switch end {
    case .open: break
    case .refused(let reason):
      let cause: NetCause = reason.deniesUs ? .notLetIn : reason.asksForPatience ? .busy : .otherProtocol
      let secured = plain.isEmpty ? [NetStep(.tls, .ok, detail: target.security?.serverName)] : plain
      return secured + [.failed(.mqtt, cause, "\(reason)")]
    case .ended(let error):
      // Before an answer to CONNECT, with TLS, the handshake is what cannot be told from the rest.
      guard plain.isEmpty else {
        let cause: NetCause = error.code == .protocolViolation ? .otherProtocol : .lost
        return plain + [.failed(.mqtt, cause, "\(error)")]
      }
      return [.failed(.tls, Self.cause(of: error), error.remark ?? "\(error)")]
    case .silent:
      return plain + [.failed(plain.isEmpty ? .tls : .mqtt, .silent, place)]
    }
    let secured = plain.isEmpty ? [NetStep(.tls, .ok, detail: target.security?.serverName)] : plain
    let opened = secured + [NetStep(.mqtt, .ok)]
    defer { trial.close() }
    guard let gateway = target.gateway else {
      return opened + [.failed(.rights, .rightsUnknown), collector(&trial)]
    }
    let rights = rights(&trial, gateway)
    return opened + [rights] + (rights.outcome == .ok ? [collector(&trial)] : [])
  }

  /// Reads what OpenSSL, or the broker, said against a certificate.
  static func cause(of error: MQTTError) -> NetCause {
    guard error.code == .tls else { return error.code == .protocolViolation ? .noTLS : .cut }
    let remark = (error.remark ?? "").lowercased()
    if remark.hasPrefix("the broker says") { return .certificateRefused }
    if remark.contains("not yet valid") { return .notYetValid }
    if remark.contains("expired") { return .expired }
    if remark.contains("mismatch") { return .wrongName }
    return remark.isEmpty ? .noTLS : .notTrusted
  }

  /// Subscribes to what a gateway reads, and publishes where it may write and nothing is kept.
  ///
  /// An empty message on the last part of a list of devices withdraws what is not there.
  private func rights(_ trial: inout SessionTrial, _ gateway: GatewayID) -> NetStep {
    for filter in TopicFilter.gateway(gateway, group: target.group) {
      guard let reason = trial.subscribe(filter.description, within: Self.patience) else {
        return .failed(.rights, .lost, filter.description)
      }
      if reason.isError { return .failed(.rights, .mayNotRead, "\(filter): \(reason)") }
    }
    let topic = Topic.gateway(gateway, .devices(part: DevicesBody.maximumParts))
    guard let reason = trial.publishNothing(on: topic.description, within: Self.patience) else {
      return .failed(.rights, .mayNotWrite, topic.description)
    }
    return reason.isError ? .failed(.rights, .mayNotWrite, "\(topic): \(reason)") : NetStep(.rights, .ok)
  }

  /// Whether a collector's retained word says that it is there.
  private func collector(_ trial: inout SessionTrial) -> NetStep {
    trial.hears(within: Self.wordPatience) { message in
      guard case .collectorStatus = Topic(message.topic) else { return false }
      return (try? CollectorStatus(payload: message.payload))?.online == true
    } ? NetStep(.collector, .ok) : .failed(.collector, .nobodyStores)
  }
}
