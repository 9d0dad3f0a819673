import Crypto
import Enrolment
import FleetContract
import FleetStore
import LinuxIO

extension EnrolmentServer {
  /// Prepares the authority, the broker's lists and the server; everything that can fail at start does so here.
  convenience init(
    _ enrolment: EnrolmentSettings, _ settings: CollectorSettings, _ store: FleetStore
  ) throws(EnrolmentError) {
    let now = Clocks.wall
    let room = try CertificateRoom(state: settings.state, issuer: nil, now: now)
    try room.furnish(collector: settings.clientName, names: enrolment.names, now: now)
    let keys = enrolment.operatorKeys
    if let keys { _ = try Self.operators(keys) }
    let terms = EnrolmentDesk.Terms(
      broker: EnrolmentAnswer.Broker(
        host: enrolment.broker.host, port: enrolment.broker.port, name: enrolment.broker.host))
    // A file that has become unreadable names nobody: a gateway then obeys no command until it renews.
    let desk = EnrolmentDesk(room, store: store, terms: terms) {
      keys.flatMap { try? Self.operators($0) } ?? []
    }
    let identity: TLSServerIdentity
    do throws(CryptoError) {
      identity = try TLSServerIdentity(chain: room.files.server, key: room.files.serverKey)
    } catch {
      throw EnrolmentError(
        .files, "\(room.files.server) cannot be used: \(error). Remove it, and start again.")
    }
    try self.init(on: enrolment.listen, identity: identity, desk: desk)
  }

  private static func operators(_ path: String) throws(EnrolmentError) -> [OperatorKey] {
    do {
      return try OperatorKey.list(try Files.read(path, limit: 16_384))
    } catch {
      throw EnrolmentError(
        .files, "\(path): \(error). It holds a list of what 'kadomori-collector command-key show' prints.")
    }
  }
}
