package import Enrolment
package import FleetContract
package import FleetStore
import Glibc
import LinuxIO
package import MQTTClient
package import PrivateBroker
import ServiceLifecycle

/// Something that was done about a revocation.
package enum RevocationNotice: Sendable {
  /// The gateway can neither speak, hear nor come back.
  case putOut(GatewayID)
  /// The lists have it; somebody else's broker has to read them again.
  case listed(GatewayID)
  case failed(String, retryIn: Duration)
}

/// Takes revoked gateways off the broker, within seconds of the word in the store.
///
/// First the lists, then the broker reads them, then the session that stands is ended: in another order the gateway
/// would be back in between. A connection that had begun its TLS handshake before the broker read its lists may still
/// come in; by the list of rights it can neither write nor read.
package final class RevocationWatch: ServiceLifecycle.Service {
  /// The broker that gateways are at.
  package enum Broker: Sendable {
    /// Ours: where it is and by what name we know it.
    case own(PrivateBroker, at: MQTTEndpoint, serverName: String?)
    case external
  }

  package let notices: AsyncStream<RevocationNotice>
  private let notice: AsyncStream<RevocationNotice>.Continuation
  private let room: CertificateRoom
  private let store: FleetStore
  private let collector: String
  private let broker: Broker

  /// How often the store is asked.
  private static let pause = Duration.milliseconds(250)
  private static let patience = Duration.seconds(5)

  /// `collector` is this collector's name at the broker.
  package init(_ room: CertificateRoom, store: FleetStore, collector: String, broker: Broker) {
    self.room = room
    self.store = store
    self.collector = collector
    self.broker = broker
    (notices, notice) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
  }

  package func run() async throws {
    defer { notice.finish() }
    room.removeTakeoverFiles()
    while !Task.isShuttingDownGracefully {
      var pause = Self.pause
      // A store that cannot be read is told of by who writes it.
      if let revoked = try? store.unenforcedRevocations(atMost: 100), !revoked.isEmpty {
        do {
          try await enforce(revoked)
        } catch {
          pause = Self.patience
          notice.yield(.failed("\(error)", retryIn: pause))
        }
      }
      try? await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
    }
  }

  private func enforce(_ gateways: [GatewayID]) async throws {
    try room.writeLists(store, collectors: [collector], now: Clocks.wall)
    switch broker {
    case .external:
      for gateway in gateways {
        try store.noteEnforced(gateway, at: Clocks.wall)
        notice.yield(.listed(gateway))
      }
    case .own(let own, let endpoint, let name):
      guard await own.reload() else { throw Failure("the broker does not read its lists again") }
      // One that cannot be put out now keeps no other in.
      var failure: (any Error)?
      for gateway in gateways {
        do {
          try await end(gateway, endpoint, name)
          try store.noteEnforced(gateway, at: Clocks.wall)
          notice.yield(.putOut(gateway))
        } catch {
          failure = failure ?? error
        }
      }
      if let failure { throw failure }
    }
  }

  private func end(_ gateway: GatewayID, _ endpoint: MQTTEndpoint, _ name: String?) async throws {
    let files = try room.takeoverFiles(for: gateway, now: Clocks.wall)
    defer { room.removeTakeoverFiles() }
    let takeover = SessionTakeover(
      endpoint: endpoint,
      security: MQTTSecurity(
        authorities: room.files.authorities, certificate: files.certificate, key: files.key, serverName: name),
      gateway: gateway)
    if let problem = await takeover.problem() {
      throw Failure("the session of \(gateway) cannot be ended: \(problem)")
    }
  }

  private struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }
}
